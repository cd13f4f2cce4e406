"""The text encodings that Terraform knows, by the names of IANA's registry.

Source: golang.org/x/text 0.23, `encoding/ianaindex` and what it leads to. For the scripts of East
Asia that has the tables of the WHATWG's Encoding Standard, which are not Python's: there a text
is settled if all of its characters are among those that several of Python's tables agree on.
"""

from __future__ import annotations

from trailcheck.terraform.functions.base import RefusedError, UnsettledError

_NAMES = {
    "ascii": """
        ansi_x3.4-1968 ansi_x3.4-1986 cp367 csascii ibm367 iso-ir-6 iso646-us
        iso_646.irv:1991 us us-ascii""",
    "big5hkscs": "big5 csbig5",
    "cp037": "cp037 csibm037 ebcdic-cp-ca ebcdic-cp-nl ebcdic-cp-us ebcdic-cp-wt ibm037",
    "cp1047": "csibm1047 ibm-1047 ibm1047",
    "cp1140": "ccsid01140 cp01140 csibm01140 ebcdic-us-37+euro ibm01140",
    "cp1250": "cswindows1250 windows-1250",
    "cp1251": "cswindows1251 windows-1251",
    "cp1252": "cswindows1252 windows-1252",
    "cp1253": "cswindows1253 windows-1253",
    "cp1254": "cswindows1254 windows-1254",
    "cp1255": "cswindows1255 windows-1255",
    "cp1256": "cswindows1256 windows-1256",
    "cp1257": "cswindows1257 windows-1257",
    "cp1258": "cswindows1258 windows-1258",
    "cp437": "437 cp437 cspc8codepage437 ibm437",
    "cp850": "850 cp850 cspc850multilingual ibm850",
    "cp852": "852 cp852 cspcp852 ibm852",
    "cp855": "855 cp855 csibm855 ibm855",
    "cp858": "ccsid00858 cp00858 csibm00858 ibm00858 pc-multilingual-850+euro",
    "cp860": "860 cp860 csibm860 ibm860",
    "cp862": "862 cp862 cspc862latinhebrew ibm862",
    "cp863": "863 cp863 csibm863 ibm863",
    "cp865": "865 cp865 csibm865 ibm865",
    "cp866": "866 cp866 csibm866 ibm866",
    "cp874": "cswindows874 windows-874",
    "euc_jp": "cseucpkdfmtjapanese euc-jp extended_unix_code_packed_format_for_japanese",
    "cp949": "cseuckr euc-kr",
    "gb18030": "csgb18030 gb18030",
    "gbk": "cp936 csgbk gbk ms936 windows-936",
    "hz": "hz-gb-2312",
    "iso2022_jp": "csiso2022jp iso-2022-jp",
    "iso8859-1": """
        cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso_8859-1 iso_8859-1:1987 l1
        latin1""",
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso_8859-10:1992 l6 latin6",
    "iso8859-13": "csiso885913 iso-8859-13",
    "iso8859-14": """
        csiso885914 iso-8859-14 iso-celtic iso-ir-199 iso_8859-14 iso_8859-14:1998 l8
        latin8""",
    "iso8859-15": "csiso885915 iso-8859-15 iso_8859-15 latin-9",
    "iso8859-16": "csiso885916 iso-8859-16 iso-ir-226 iso_8859-16 iso_8859-16:2001 l10 latin10",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso_8859-5 iso_8859-5:1988",
    "iso8859-6": """
        arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6
        iso-8859-6-e iso-8859-6-i iso-ir-127 iso_8859-6 iso_8859-6-e iso_8859-6-i
        iso_8859-6:1987""",
    "iso8859-7": """
        csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso_8859-7
        iso_8859-7:1987""",
    "iso8859-8": """
        csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e
        iso-8859-8-i iso-ir-138 iso_8859-8 iso_8859-8-e iso_8859-8-i iso_8859-8:1988""",
    "iso8859-9": "csisolatin5 iso-8859-9 iso-ir-148 iso_8859-9 iso_8859-9:1989 l5 latin5",
    "koi8-r": "cskoi8r koi8-r",
    "koi8-u": "cskoi8u koi8-u",
    "mac-roman": "csmacintosh mac macintosh",
    "cp932": "csshiftjis ms_kanji shift_jis",
    "utf-16": "csutf16 utf-16",
    "utf-16-be": "csutf16be utf-16be",
    "utf-16-le": "csutf16le utf-16le",
    "utf-8": "csutf8 utf-8",
}
"""The names of each encoding, in lower case, under the one that Python has for it."""
_UTF_16 = "utf-16"
_UNDEFINED = "\ufffe"
_CONTROLS = dict.fromkeys(range(0x80, 0xA0), _UNDEFINED)
_OTHERWISE: dict[str, dict[int, str]] = {
    # NOTE: the 1047 of IBM is its 037 with six signs in other places.
    "cp1047": {0x5F: "^", 0xAD: "[", 0xB0: "\xac", 0xBA: "\xdd", 0xBB: "\xa8", 0xBD: "]"},
    "cp1255": {0xCA: "\u05ba"},
    "koi8-u": {0xAE: "\u045e", 0xBE: "\u040e"},
    **{f"iso8859-{n}": _CONTROLS for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
}
"""Bytes that stand for another character than Python says, or for none."""
_LIKE = {"cp1047": "cp037"}
_AGREEING = {
    "big5hkscs": ("big5hkscs", "cp950"),
    "euc_jp": ("shift_jis", "cp932"),
    "gb18030": ("gb18030",),
    "gbk": ("gbk", "gb18030"),
    "hz": ("gb2312", "gbk"),
    "iso2022_jp": ("shift_jis", "cp932"),
}
"""Tables that give the same bytes for a character if it is one that nobody disputes."""
_DISPUTED_SIGNS = {
    "big5hkscs": "\xa2\xa3\xa5\uff5e\uffe0\uffe1\uffe5〃倩偽包卄卿婷幵彘撐晴杞沜渝港煮瑜瓩砉",
    "cp932": "\x80",
    "iso2022_jp": "\x0e\x0f\x1b",
}
"""Characters for which Terraform writes, or reads, other bytes than all of these tables."""
_WITH_PRIVATE = frozenset({"big5hkscs", "cp932", "gb18030", "gbk"})
"""Tables of Python with characters for private use, where the standard has others."""
_DISPUTED = "which bytes stand for some character is not certain"
_HZ_END = b"~}"


def encoded(said: str, name: str) -> bytes:
    """Return text in a named encoding.

    Raises RefusedError for an encoding that Terraform does not know, and for text that it can not
    write in it; UnsettledError where that is not certain.
    """
    codec = _codec_of(name)
    try:
        if codec == _UTF_16:
            return b"\xfe\xff" + said.encode("utf-16-be")
        if codec in _OTHERWISE:
            from codecs import charmap_build, charmap_encode  # noqa: PLC0415 - seldom needed

            return charmap_encode(said, "strict", charmap_build(_table(codec)))[0]
        _demand_agreement(said, codec)
        raw = said.encode(codec)
        if codec == "cp932" and raw.decode(codec) != said:
            raise RefusedError("the encoding has no form for some character")
    except UnicodeEncodeError:
        raise RefusedError("the encoding has no form for some character") from None
    if codec == "hz" and "~" in said and not said.isascii():
        raise UnsettledError(reason=_DISPUTED)
    # NOTE: what Terraform writes in HZ does not return to ASCII at its end.
    return raw.removesuffix(_HZ_END) if codec == "hz" and not said[-1:].isascii() else raw


def decoded(raw: bytes, name: str) -> str:
    """Return the text that bytes in a named encoding say. Raises as `encoded` does."""
    codec = _codec_of(name)
    try:
        if codec == _UTF_16 and raw[:2] not in {b"\xfe\xff", b"\xff\xfe"}:
            codec = "utf-16-be"
        if codec in _OTHERWISE:
            from codecs import charmap_decode  # noqa: PLC0415 - seldom needed

            said = charmap_decode(raw, "strict", _table(codec))[0]
        else:
            said = raw.decode(codec)
    except UnicodeDecodeError:
        if codec in _AGREEING:
            raise UnsettledError(reason=_DISPUTED) from None
        raise RefusedError("the bytes are not text in this encoding") from None
    _demand_agreement(said, codec)
    if codec in _AGREEING and said.encode(codec).removesuffix(_HZ_END) != raw.removesuffix(_HZ_END):
        raise UnsettledError(reason=_DISPUTED)
    if "\ufffd" in said:
        raise RefusedError("the bytes are not text in this encoding")
    return said


def _demand_agreement(said: str, codec: str) -> None:
    """Raise UnsettledError for characters on whose bytes tables differ."""
    judges = _AGREEING.get(codec, ())
    for letter in set(said):
        settled = letter not in _DISPUTED_SIGNS.get(codec, "")
        if judges and not letter.isascii():
            settled = settled and all(_writes(letter, each) for each in (codec, *judges))
            settled = settled and len({letter.encode(judge) for judge in judges}) == 1
        if not settled or (codec in _WITH_PRIVATE and "\ue000" <= letter <= "\uf8ff"):
            raise UnsettledError(reason=_DISPUTED)


def _writes(letter: str, codec: str) -> bool:
    """Tell whether an encoding has a form for a character, and for no other one."""
    try:
        return letter.encode(codec).decode(codec) == letter
    except UnicodeEncodeError:
        return False


def _table(codec: str) -> str:
    """Return the characters of all bytes in an encoding of one byte for each."""
    letters = list(bytes(range(256)).decode(_LIKE.get(codec, codec), "replace"))
    for byte, letter in _OTHERWISE[codec].items():
        letters[byte] = letter
    return "".join(letters).replace("\ufffd", _UNDEFINED)


def _codec_of(name: str) -> str:
    said = name.strip().lower()
    for codec, names in _NAMES.items():
        if said in names.split():
            return codec
    raise RefusedError("the encoding is not supported")
