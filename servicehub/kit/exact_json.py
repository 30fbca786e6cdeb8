"""JSON without binary floats: ``1.10`` in a request body is the decimal 1.10, not the double nearest to it."""

import codecs
import json
from decimal import Decimal

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


def _refuse_constant(name: str):
    raise ValueError(f"{name} is no JSON number")


class ExactJSONParser(JSONParser):
    def parse(self, stream, media_type=None, parser_context=None):
        encoding = (parser_context or {}).get("encoding", "utf-8")
        try:
            text = codecs.getreader(encoding)(stream)
            return json.load(text, parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, LookupError) as error:
            raise ParseError(f"请求正文不是正确的 JSON：{error}") from error
