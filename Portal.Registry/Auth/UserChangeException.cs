namespace Portal.Registry.Auth;

/// <summary>A change of users, permissions or tokens that is not made: the message is a sentence that says why, and what to do.</summary>
public sealed class UserChangeException(string message, Exception? inner = null) : Exception(message, inner);
