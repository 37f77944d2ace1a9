"""What a way of forwarding uses, for the window, which must not import from `app.cloud`. Pure."""

from app.cloud.plan.estimate import FREE_PLAN as FREE_PLAN
from app.cloud.plan.estimate import Estimate as Estimate
from app.cloud.plan.estimate import estimate as estimate
