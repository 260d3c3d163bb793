"""What a reader of an HTML document sees, as plain text: a line for each block, white space in single spaces.

The tree is built and turned into text inside libxml2 and libxslt, without the interpreter's lock.
"""

import re

from lxml import etree

_BREAK = "\ue000"  # for private use: what stands for the end of a line until white space is collapsed
_LINES = "p|div|tr|li|ul|ol|table|h1|h2|h3|h4|h5|h6|blockquote|pre|dt|dd|article|section|header|footer|form"
_parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
_transform = etree.XSLT(
    etree.XML(
        f"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
        <xsl:output method="text"/>
        <xsl:template match="script|style|head|title|noscript|template"/>
        <xsl:template match="br|hr"><xsl:text>{_BREAK}</xsl:text></xsl:template>
        <xsl:template match="{_LINES}">
          <xsl:text>{_BREAK}</xsl:text><xsl:apply-templates/><xsl:text>{_BREAK}</xsl:text>
        </xsl:template>
        <xsl:template match="td|th"><xsl:apply-templates/><xsl:text> </xsl:text></xsl:template>
        </xsl:stylesheet>"""
    )
)
_BREAKS = re.compile(f"{_BREAK}+")
_TAG = re.compile(r"<[^<>]*>")
# What senders put between words to fill the preview of a mail.
_UNSEEN = "\u200b\u200c\u034f\u00ad\ufeff"


def html_text(html: str) -> str:
    """The text of a document or of a piece of one; of what no parser takes, what is left without the tags."""
    try:
        root = etree.fromstring(html.replace("\0", "").encode("utf-8", "replace"), _parser)
        text = "" if root is None else _lines(str(_transform(root)))
    except (etree.XMLSyntaxError, etree.XSLTApplyError):
        text = ""
    # Without text it is nested too deep for the parser, or has nothing but pictures.
    return text or _lines(_TAG.sub(" ", html))


def _lines(text: str) -> str:
    for unseen in _UNSEEN:
        text = text.replace(unseen, "")
    text = " ".join(text.split()).replace(f" {_BREAK}", _BREAK).replace(f"{_BREAK} ", _BREAK)
    return _BREAKS.sub("\n", text).strip()
