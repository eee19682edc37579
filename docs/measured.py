"""Writes what `ecgzoo study --to docs/study` found between the markers of the results.

    python docs/measured.py            # docs/results.md
    python docs/measured.py --check    # changes nothing; fails where it says other figures

A marker is ``<!-- measured: KIND NAME -->``, down to ``<!-- end of measured -->``. KIND is section
or claims, and NAME a file of docs/study without its ending; or KIND is summary, and NAME is all.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from ecgzoo.files.atomic import update_text
from ecgzoo.report.study.domain_gain import DomainGain
from ecgzoo.report.study.domain_gain_folder import read_domain_gains
from ecgzoo.report.study.domain_gain_tables import (
    claims_markdown,
    section,
    summary,
)

RESULTS = Path(__file__).with_name("results.md")
STUDY = Path(__file__).with_name("study")
KINDS = {"claims": claims_markdown, "section": section}
BLOCK = re.compile(r"(<!-- measured: (\w+) (\S+) -->\n).*?(<!-- end of measured -->)", re.DOTALL)


def filled(text: str, study: Path = STUDY) -> str:
    """A document with the figures that were found last.

    Raises:
        KeyError: if a marker names no kind of figures.
        FileNotFoundError: if it names a study that is not there.
    """

    def block(found: re.Match[str]) -> str:
        begin, kind, name, end = found.groups()
        if kind == "summary":
            figures = summary([one for one in read_domain_gains(study) if not one.leaky])
        else:
            told = json.loads((study / f"{name}.json").read_text(encoding="utf-8"))
            figures = KINDS[kind](DomainGain.from_dict(told))
        return f"{begin}\n{figures.strip()}\n\n{end}"

    return BLOCK.sub(block, text)


def main() -> int:
    """Fills the results, or checks them; 1 if they say other figures than were found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    text = RESULTS.read_text(encoding="utf-8")
    if (new := filled(text)) == text:
        return 0
    print(f"{RESULTS.name}: {'other figures' if check else 'written anew'}")
    if not check:
        update_text(RESULTS, new)
    return int(check)


if __name__ == "__main__":
    sys.exit(main())
