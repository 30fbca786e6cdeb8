from django.apps import AppConfig


class DepositsConfig(AppConfig):
    name = "deposits"

    def ready(self):
        from accounts import assessing
        from deposits.assessor import DepositAssessor

        assessing.register(DepositAssessor())
