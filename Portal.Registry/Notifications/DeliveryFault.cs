namespace Portal.Registry.Notifications;

/// <summary>Why an endpoint did not take an event.</summary>
internal enum DeliveryFault
{
    TimedOut,
    NotConnected,
    UnknownHost,
    NoTls,
    Unreachable,
    BrokenOff,
    Refused,
}
