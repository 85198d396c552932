"""What the desk answers."""

from django.urls import path

from django_desk import views

urlpatterns = [
    path("policies/<name>", views.put_policy),
    path("tickets", views.tickets),
    path("tickets/<name>", views.one_ticket),
    path("tickets/<name>/edits", views.edit_ticket),
    path("tickets/<name>/why", views.why),
]
