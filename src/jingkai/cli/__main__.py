"""python -m jingkai.cli is jingkai."""

from jingkai.cli.main import main

main()
