"""Pages in another language say each name in that language; what has no word there is marked as Chinese, so that a screen
reader changes its voice.

Names come with data, in the language in which the services keep them; they may stand anywhere in a text of ours. What a person
typed is left alone: fields, and what is marked `translate="no"`.
"""

import re

from gateway.portal.glossary import NOTHING, Glossary

CHINESE = "zh-CN"
_TAG = re.compile(r"(<[^>]*>)")  # attributes are escaped: no tag of ours has a `>` inside
_NAME = re.compile(r"[\u3400-\u9fff](?:[\u3000-\u303f\u3400-\u9fff\uff00-\uffef0-9 ·]*[\u3400-\u9fff\uff00-\uffef])?")
_SPOKEN = re.compile(r' (aria-label|title|alt|placeholder)="([^"]*)"')
_LEFT = ("<textarea", "<script")
_BARE = ("<title",)
"""What can hold no element."""


def spoken(html: str, glossary: Glossary = NOTHING) -> str:
    """The same page in English as far as the glossary goes, with `lang` around every Chinese name that is left."""
    parts = _TAG.split(html)
    for place in range(2, len(parts), 2):
        text, tag = parts[place], parts[place - 1]
        if _NAME.search(tag):
            parts[place - 1] = _SPOKEN.sub(lambda found: f' {found[1]}="{glossary.said(found[2])}"', tag)
        if not _NAME.search(text) or tag.startswith(_LEFT) or f'lang="{CHINESE}"' in tag:
            continue
        if 'translate="no"' not in tag:
            text = parts[place] = glossary.said(text)
        if not _NAME.search(text) or tag.startswith(_BARE):
            continue
        if tag.startswith("<option"):
            parts[place - 1] = f'<option lang="{CHINESE}"{parts[place - 1].removeprefix("<option")}'
        else:
            parts[place] = _NAME.sub(rf'<span lang="{CHINESE}">\g<0></span>', text)
    return "".join(parts)
