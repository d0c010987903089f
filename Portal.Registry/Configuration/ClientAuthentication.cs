namespace Portal.Registry.Configuration;

/// <summary><c>http.tls.clientauth</c>: what is asked of a client's certificate. The names are Go's.</summary>
public enum ClientAuthentication
{
    /// <summary>It is there, and comes from one of <c>clientcas</c>.</summary>
    RequireAndVerify,

    /// <summary>If it is there, it comes from one of <c>clientcas</c>.</summary>
    VerifyIfGiven,

    /// <summary>It is there, whoever made it.</summary>
    RequireAny,

    /// <summary>Nothing: it is asked for and not looked at.</summary>
    Request,
}
