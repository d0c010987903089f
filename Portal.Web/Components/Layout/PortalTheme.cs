using MudBlazor;

namespace Portal.Web.Components.Layout;

/// <summary>
/// Type and shape. Colours are in <c>css/theme.css</c>, light and dark side by side, so that the browser picks them
/// before the first paint and no circuit is needed to change them.
/// </summary>
public static class PortalTheme
{
    public static MudTheme Instance { get; } = Create();

    private static MudTheme Create()
    {
        var theme = new MudTheme
        {
            LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
        };
        theme.Typography.Default.FontFamily = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"];
        theme.Typography.Button.TextTransform = "none";
        return theme;
    }
}
