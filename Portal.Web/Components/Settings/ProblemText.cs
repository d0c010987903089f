using Portal.Registry.Configuration;
using Portal.Web.Components.Controls;
using Portal.Web.Hosting;

namespace Portal.Web.Components.Settings;

/// <summary>What is wrong with the configuration, in the visitor's language.</summary>
internal static class ProblemText
{
    /// <summary>What is wrong and the remedy.</summary>
    public static string Of(ConfigurationProblem problem) => ReasonText.Of(problem.Reason);

    /// <summary>The same behind the file, the place and the key.</summary>
    public static string WithPlace(ConfigurationProblem problem) => problem.ToString(Of(problem));

    /// <summary>Why the file is not shown: each problem on a line of its own.</summary>
    public static string Of(Exception exception) => exception is UnreadableConfigurationException unreadable
        ? string.Join('\n', unreadable.Problems.Select(WithPlace))
        : ReasonText.Of(exception);
}
