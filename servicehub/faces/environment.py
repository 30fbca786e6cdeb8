"""The template environment of all our pages: strict about names, with our components as ``ui`` and our filters.

GOV.UK Frontend's Jinja macros lean on undefined names being empty, so they live in an environment of their own and
are handed to ours as ``kit`` for templates/ui only; pages never name them (a test greps).
"""

from functools import cached_property

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, StrictUndefined

from servicehub.faces import filters, shapes
from servicehub.kit import wording

VENDOR_PARTS = (
    ("button", "govukButton"),
    ("input", "govukInput"),
    ("textarea", "govukTextarea"),
    ("select", "govukSelect"),
    ("radios", "govukRadios"),
    ("checkboxes", "govukCheckboxes"),
    ("file-upload", "govukFileUpload"),
    ("task-list", "govukTaskList"),
)

OUR_PARTS = ("nav", "page", "forms", "steps", "summary", "table", "month", "chart", "matrix", "dialog", "paper")


class VendorKit:
    """The vendor's macros by plain names: ``kit.button``, ``kit.file_upload``."""

    def __init__(self):
        environment = Environment(
            loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=ChainableUndefined,
        )
        for folder, macro in VENDOR_PARTS:
            module = environment.get_template(f"govuk_frontend_jinja/components/{folder}/macro.html").module
            setattr(self, folder.replace("-", "_"), getattr(module, macro))


class Components:
    """``ui.field(…)``, ``ui.data_table(…)``: every macro of templates/ui, found by its name.

    Loaded at the first use, because the macros may use every global of the environment.
    """

    def __init__(self, environment: Environment):
        self._environment = environment

    @cached_property
    def _macros(self) -> dict:
        macros = {}
        for part in OUR_PARTS:
            module = self._environment.get_template(f"ui/{part}.html").module
            for name, macro in vars(module).items():
                if not name.startswith("_") and callable(macro):
                    macros[name] = macro
        return macros

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._macros[name]
        except KeyError:
            raise AttributeError(f"no component named {name} in templates/ui") from None


def environment(**options) -> Environment:
    options["undefined"] = StrictUndefined
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    made = Environment(**options)
    made.filters.update(filters.FILTERS)
    made.globals.update(
        static=static,
        url=reverse,
        kit=VendorKit(),
        ui=Components(made),
        wording=wording,
        **shapes.GLOBALS,
        centre_name=settings.CENTRE_NAME,
        hotline=settings.HOTLINE,
    )
    return made
