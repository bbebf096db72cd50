"""What every page of a progress query is."""

from kiosk.flow.progress_flow import ProgressFlow, ProgressView
from ui.pages.page import Page

ProgressPage = Page[ProgressFlow, ProgressView]
