"""Addresses of the pages deposits has beyond the generic ones."""

from django.urls import path

from deposits.pages import calculators, hall, hall_import, hall_pay
from servicehub.faces.face_urls import BASES
from servicehub.faces.places import page

MONTH = f"{BASES['employer']}months/<str:month>/"
IMPORT = f"{MONTH}import/<str:token>/"
on = page("employer")

urlpatterns = [
    path("calculator/", calculators.deposit, name="calculator"),
    path("calculator/interest/", calculators.interest, name="calculator-interest"),
    path("calculator/working-days/", calculators.working_days, name="calculator-working-days"),
    path(f"{BASES['employer']}months/", on(hall.due), name="month-due"),
    path(MONTH, on(hall.month), name="month"),
    path(f"{MONTH}changes/", on(hall.changes), name="month-changes"),
    path(f"{MONTH}changes/add/", on(hall.add), name="month-change-add"),
    path(f"{MONTH}changes/withdraw/", on(hall.withdraw), name="month-changes-withdraw"),
    path(f"{MONTH}import/", on(hall_import.new), name="month-import"),
    path(f"{MONTH}imports/", on(hall_import.history), name="month-imports"),
    path(f"{MONTH}template/", on(hall_import.blank), name="month-template"),
    path(IMPORT, on(hall_import.result), name="month-import-result"),
    path(f"{IMPORT}workbook/", on(hall_import.workbook), name="month-import-workbook"),
    path(f"{IMPORT}corrected/", on(hall_import.corrected), name="month-import-corrected"),
    path(f"{IMPORT}recheck/", on(hall_import.recheck), name="month-import-recheck"),
    path(f"{IMPORT}fix/", on(hall_import.fix), name="month-import-fix"),
    path(f"{IMPORT}diff/", on(hall_import.diff), name="month-import-diff"),
    path(f"{MONTH}assess/", on(hall.assess), name="month-assess"),
    path(f"{MONTH}confirm/", on(hall.confirm), name="month-confirm"),
    path(f"{MONTH}confirmed/", on(hall.confirmed), name="month-confirmed"),
    path(f"{MONTH}revoke/", on(hall.revoke), name="month-revoke"),
    path(f"{MONTH}pay/", on(hall_pay.pay), name="month-pay"),
    path(f"{MONTH}payment/", on(hall_pay.payment), name="month-payment"),
    path(f"{MONTH}notice/", on(hall.notice), name="month-notice"),
    path(f"{MONTH}abandon/", on(hall_pay.abandon), name="month-abandon"),
]
