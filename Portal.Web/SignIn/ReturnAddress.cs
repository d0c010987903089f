namespace Portal.Web.SignIn;

/// <summary>Where a browser goes on after signing in: a page of this portal, whatever the address that brought it here asks for.</summary>
public static class ReturnAddress
{
    private const int MaxLength = 2000;

    // Only its path is looked at; the host stands for any.
    private static readonly Uri AnyHost = new("http://portal.invalid");

    /// <param name="pathBase">The path below which the pages lie; empty for none.</param>
    /// <param name="wanted">An address relative to that, as <c>r/team/app?q=1</c>; null for the first page.</param>
    /// <returns>A path on this host, below <paramref name="pathBase"/>.</returns>
    public static string Of(PathString pathBase, string? wanted)
    {
        var root = pathBase.Add("/").ToUriComponent();
        if (wanted is not { Length: > 0 and <= MaxLength }
            || !Uri.TryCreate(new Uri(AnyHost, root), "./" + wanted.TrimStart('/', '\\', '.'), out var address)
            || address.Host != AnyHost.Host)
        {
            return root;
        }

        // Two slashes at the beginning would name another host.
        var path = address.PathAndQuery;
        return path.StartsWith("//", StringComparison.Ordinal) || !path.StartsWith(root, StringComparison.Ordinal) ? root : path;
    }
}
