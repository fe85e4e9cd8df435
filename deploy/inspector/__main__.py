"""`python -m inspector write` makes the generated manifests and the table of settings; `check` judges everything;
`image` proves the image's recipe."""

import sys

from inspector import generated
from inspector.errors import InspectionError


def main(words: list[str]) -> int:
    try:
        match words:
            case ["write"]:
                generated.write()
                return 0
            case ["check"]:
                from inspector.inspection import inspect

                return inspect()
            case ["image"]:
                from inspector.image import prove

                return prove()
    except InspectionError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write("usage: python -m inspector write|check|image\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
