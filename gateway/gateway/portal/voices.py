"""Pages in another language say of each Chinese name that it is Chinese, so that a screen reader changes its voice.

Names come with data, in the language in which the services keep them; they may stand anywhere in a text of ours.
"""

import re

CHINESE = "zh-CN"
_TAG = re.compile(r"(<[^>]*>)")  # attributes are escaped: no tag of ours has a `>` inside
_NAME = re.compile(r"[\u3400-\u9fff](?:[\u3000-\u303f\u3400-\u9fff\uff00-\uffef0-9 ·]*[\u3400-\u9fff\uff00-\uffef])?")
_BARE = ("<title", "<textarea", "<script")
"""What can hold no element."""


def marked(html: str) -> str:
    """The same page with `lang` around every Chinese name that has none yet."""
    parts = _TAG.split(html)
    for place in range(2, len(parts), 2):
        text, tag = parts[place], parts[place - 1]
        if not _NAME.search(text) or tag.startswith(_BARE) or f'lang="{CHINESE}"' in tag:
            continue
        if tag.startswith("<option"):
            parts[place - 1] = f'<option lang="{CHINESE}"{tag.removeprefix("<option")}'
        else:
            parts[place] = _NAME.sub(rf'<span lang="{CHINESE}">\g<0></span>', text)
    return "".join(parts)
