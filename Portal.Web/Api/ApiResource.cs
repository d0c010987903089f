namespace Portal.Web.Api;

/// <summary>One noun of the API. Its operations call the services that the pages call, which decide what is allowed.</summary>
public abstract class ApiResource
{
    /// <summary>The heading below which documents list its operations.</summary>
    public abstract string Name { get; }

    /// <summary>What can be done, in the order in which documents list it.</summary>
    public abstract IEnumerable<ApiOperation> Operations { get; }
}
