"""Every page of the commune's box, and who opens it: for pictures, for axe, for whatever must leave none out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageOf:
    """``role``: who has business there, "" nobody, "wall" a screen with its token; ``ready``: what it shows at last."""

    name: str
    path: str
    role: str
    ready: str = "main"


PAGES = (
    PageOf("home", "/", ""),
    PageOf("log-in", "/login", ""),
    PageOf("problem", "/no-such-page", ""),
    PageOf("certificate", "/ca", ""),
    PageOf("wall", "/wall", "wall", ".horn"),
    PageOf("duty", "/duty", "duty", "#view-truc-ban:not([hidden])"),
    PageOf("incidents", "/incidents", "duty", "#results"),
    PageOf("cameras", "/cameras", "leader", "#cameras"),
    PageOf("camera", "/cameras/cam-1", "leader", "#stage > *"),
    PageOf("privacy", "/cameras/cam-1/privacy", "leader", "#sketch svg"),
    PageOf("rules", "/cameras/cam-1/tune", "technician", "#sketch svg"),
    PageOf("recordings", "/cameras/cam-1/recordings", "leader", "#timeline > *"),
    PageOf("river", "/river", "duty", "#stations"),
    PageOf("flood", "/flood", "leader"),
    PageOf("write", "/panel#soan", "operator", "#view-soan:not([hidden])"),
    PageOf("notices", "/panel#ban-tin", "leader", "#view-ban-tin:not([hidden])"),
    PageOf("horns", "/panel#loa", "technician", "#view-loa:not([hidden])"),
    PageOf("system", "/panel#he-thong", "technician", "#view-he-thong:not([hidden])"),
    PageOf("templates", "/panel/templates", "leader", "#list"),
    PageOf("microphone", "/panel/talk", "operator", "#press"),
    PageOf("calendar", "/calendar", "leader", "#grid"),
    PageOf("bank", "/bank", "operator", "#booth"),
    PageOf("abbreviations", "/abbreviations", "operator", "#table"),
    PageOf("air-log", "/airlog", "leader"),
    PageOf("report", "/report", "leader"),
    PageOf("reports", "/reports", "leader"),
    PageOf("residents", "/residents", "leader"),
    PageOf("people", "/people", "admin", ".people"),
    PageOf("account", "/me", "duty"),
    PageOf("indicators", "/indicators", "leader", "#ind-sum"),
    PageOf("settings", "/settings", "technician", "main"),
    PageOf("settings-history", "/settings/history", "technician", "main"),
    PageOf("shift", "/shift", "duty", "main"),
    PageOf("requests", "/requests", "leader", "main"),
    PageOf("audit", "/audit", "leader", "main"),
    PageOf("upkeep", "/upkeep", "technician", "main"),
    PageOf("support", "/support", "admin", "#standing > *"),
    PageOf("phone", "/dt/", "official", "#main"),
    PageOf("phone-report", "/dt/#bao", "official", "#main"),
    PageOf("phone-water", "/dt/#nuoc", "official", ".water"),
    PageOf("phone-device", "/dt/#may", "official", "#main"),
)
ROLES = tuple(dict.fromkeys(page.role for page in PAGES))
