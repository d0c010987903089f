namespace Portal.Web.Components.Charts;

/// <summary>An entry of a <see cref="Treemap"/>.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Weight">How large it is drawn, beside the others.</param>
/// <param name="Value">The same for people: <c>1.2 GiB</c>.</param>
/// <param name="Detail">More about it; null for nothing.</param>
/// <param name="Href">What opens.</param>
public sealed record TreemapItem(string Name, double Weight, string Value, string? Detail, string Href);
