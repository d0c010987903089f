namespace Portal.Registry.Notifications;

/// <summary>Why an endpoint did not take an event. Names and the order of the values in a sentence are kept with attempts, and stay.</summary>
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
