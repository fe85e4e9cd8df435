"""`python -m inspector write` makes the generated manifests and the table of settings; `check` judges everything."""

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
    except InspectionError as error:
        sys.stderr.write(f"check-deploy: {error}\n")
        return 1
    sys.stderr.write("usage: python -m inspector write|check\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
