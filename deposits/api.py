"""Read resources of deposits. Writes go through operations and the gate, never here."""

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from deposits.calculators import DepositAnswer, DepositQuestion, answer_deposit
from servicehub.faces.access import Access
from servicehub.kit.problems import Problem, exception_handler


class DepositCalculator(APIView):
    """Public: no login, no session, nothing stored."""

    authentication_classes = ()
    access = Access("public")

    def get_exception_handler(self):
        return exception_handler

    @extend_schema(
        operation_id="calculate_deposit",
        summary="月缴存额计算",
        description=(
            "按缴存基数和两侧比例计算月缴存额，逐步列出算式。取整三选一：city 和 month（按该市当月政策取定基数、"
            "上下限和精度）、rounding（精度名称）、unit 和 mode（另可加 stage）。金额都是两位小数的文本。"
        ),
        parameters=[DepositQuestion],
        responses={200: DepositAnswer, (422, "application/problem+json"): Problem},
        examples=[
            OpenApiExample(
                "曲靖下限",
                value={"base": "1770.00", "employer": "89.00", "employee": "89.00", "total": "178.00"},
                response_only=True,
                status_codes=["200"],
            )
        ],
        tags=["calculators"],
        auth=[],
    )
    def get(self, request):
        question = DepositQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        return Response(answer_deposit(question.validated_data))


urlpatterns = [
    path("calculators/deposit", DepositCalculator.as_view(), name="calculate-deposit"),
]
