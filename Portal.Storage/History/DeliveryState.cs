namespace Portal.Storage.History;

/// <summary>How far an event is on its way to an endpoint. Numbers are kept in the database: new ones come at the end.</summary>
public enum DeliveryState
{
    /// <summary>Not tried yet: those before it are not done.</summary>
    Waiting = 0,

    /// <summary>Tried, and to be tried again.</summary>
    Retrying = 1,

    /// <summary>The endpoint took it.</summary>
    Delivered = 2,

    /// <summary>Given up after as many attempts as the endpoint's configuration allows.</summary>
    Failed = 3,

    /// <summary>Given up by an administrator.</summary>
    Skipped = 4,
}
