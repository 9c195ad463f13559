// Which notices wait for whom.

/** Whether a notice waits for somebody with these rights. */
export function waitsFor(may, one) {
  if (may("SignOff") && one.signed_off_by === "") return true;
  if (may("ApproveBulletin")) return one.state === "ready";
  return ["unread", "failed", "draft", "returned", "reapprove", "approved"].includes(one.state);
}
