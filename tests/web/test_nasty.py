"""Sixty and more nasty tables go through the wizard; each ends as it must, none with a fault."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.projects.models import Project
from jingkai.web.models import ImportRun
from tests.conftest import sign_in
from tests.web.nasty import corpus

NAMES = list(corpus("党政综合办公室"))


def test_the_corpus_is_large_enough():
    assert len(NAMES) >= 60


@pytest.mark.parametrize("name", NAMES)
def test_a_nasty_table_ends_as_it_must(changde: Zone, name: str):
    lead = Department.objects.first().name
    nasty = corpus(lead)[name]
    client = sign_in("project_officer")
    file = SimpleUploadedFile(nasty.name, nasty.data)

    answer = client.post(reverse("import_new", args=["projects"]), {"file": file}, follow=True)

    page = html.unescape(answer.content.decode())
    said = " ".join(re.sub(r"<[^>]+>", " ", page[page.index('class="page-head"') :]).split())
    assert Project.objects.count() == 0
    for words in nasty.words:
        assert words in said, said
    run = ImportRun.objects.filter(state="draft").first()
    if nasty.answer == "no":
        assert answer.status_code == 422
        assert run is None
        return
    assert answer.status_code == 200
    confirmed = client.post(
        reverse("import_run", args=["projects", run.pk]), {"looked": "1"}, follow=True
    )
    if nasty.answer == "none":
        assert Project.objects.count() == 0
    elif nasty.answer == "ask":
        assert confirmed.status_code == 422
        assert Project.objects.count() == 0
    else:
        assert confirmed.status_code == 200
        assert Project.objects.count() >= 1
        listed = client.get(reverse("projects:list")).content.decode()
        assert "<script>alert" not in listed
        assert ">49<" not in listed
