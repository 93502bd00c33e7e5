"""The fonts a document names and, where they are not installed, what stands in for them."""

from xml.sax.saxutils import escape

from jingkai.documents.layout import STAND_INS


def fontconfig() -> str:
    """Return a fontconfig file naming the stand-ins, for a converter that prints a docx as PDF."""
    # A converter on Linux asks fontconfig and does not read the alternatives in the docx;
    # without this every missing font becomes the same sans-serif.
    aliases = "".join(
        f'<alias binding="same"><family>{escape(name)}</family><prefer>'
        + "".join(f"<family>{escape(one)}</family>" for one in (name, *stand_ins))
        + "</prefer></alias>\n"
        for name, stand_ins in STAND_INS.items()
    )
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n{aliases}</fontconfig>\n'
    )
