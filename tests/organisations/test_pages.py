"""Pages of units and people: what one sees, and that the acts behind the buttons work."""

from assessment.faces.web.app import create_app
from assessment.foundation.frame import Frame
from assessment.foundation.settings import Settings
from support.organisations import make_province


def test_the_site_starts_with_the_pages_of_both_rooms(frame: Frame, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with frame.write() as session:
        make_province(session)
    app = create_app(Settings.from_environment({"ASSESSMENT_INSTANCE": str(tmp_path)}), frame)
    client = app.test_client()
    for path in ("/organisations", "/organisations/people", "/delivery", "/delivery/extensions"):
        assert client.get(path).status_code in (303, 401)
