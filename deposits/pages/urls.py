"""Addresses of the pages deposits has beyond the generic ones."""

from django.urls import path

from deposits.pages import calculators

urlpatterns = [
    path("calculator/", calculators.deposit, name="calculator"),
    path("calculator/interest/", calculators.interest, name="calculator-interest"),
    path("calculator/working-days/", calculators.working_days, name="calculator-working-days"),
]
