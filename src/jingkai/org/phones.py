"""手机: a person's device of one-time codes, whose key is kept sealed."""

from django_otp.plugins.otp_totp.models import TOTPDevice

from jingkai.org.sealing import open_sealed

__all__ = ["Phone", "owner"]


def owner(user_id: int | None) -> str:
    """Return what a phone's key is sealed for: it opens for this person only."""
    return f"totp:{user_id}"


class Phone(TOTPDevice):
    """A device whose `key` is a sealed text."""

    class Meta:
        proxy = True
        app_label = "org"
        verbose_name = "手机"

    @property
    def bin_key(self) -> bytes:
        """Return the key that codes are made of."""
        return open_sealed(self.key, about=owner(self.user_id))
