namespace Portal.Web.Components.Deletion;

/// <summary>How a confirmed deletion ended.</summary>
/// <param name="Problem">Why it ended early, as a sentence; null when it did not.</param>
public sealed record DeletionOutcome(string? Problem);
