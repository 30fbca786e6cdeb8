"""Read resources of accounts. Writes go through operations and the gate, never here."""

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.calculators import InterestAnswer, InterestQuestion, assess_interest, interest_answer
from servicehub.kit.exact_json import ExactJSONParser
from servicehub.kit.problems import Problem, exception_handler


class InterestCalculator(APIView):
    """Public: no login, no session, nothing stored."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (ExactJSONParser,)

    def get_exception_handler(self):
        return exception_handler

    @extend_schema(
        operation_id="calculate_interest",
        summary="利息计算",
        description=(
            "计算一个账户在一个结息年度（7 月 1 日至次年 6 月 30 日）的利息，逐步列出算式。"
            "carried、current 是 7 月 1 日的余额，不含 entries。年度结息计 6 月 30 日当日；销户结息算到前一日。"
        ),
        request=InterestQuestion,
        responses={200: InterestAnswer, (422, "application/problem+json"): Problem},
        examples=[
            OpenApiExample(
                "五万元存满一年",
                value={
                    "kind": "annual",
                    "settlement_date": "2026-06-30",
                    "annual_rate": "1.50",
                    "divisor": 360,
                    "method": "days_product",
                    "carried": "50000.00",
                    "current": "0.00",
                    "entries": [],
                },
                request_only=True,
            )
        ],
        tags=["calculators"],
        auth=[],
    )
    def post(self, request):
        question = InterestQuestion(data=request.data)
        question.is_valid(raise_exception=True)
        return Response(interest_answer(assess_interest(question.validated_data)))


urlpatterns = [
    path("calculators/interest", InterestCalculator.as_view(), name="calculate-interest"),
]
