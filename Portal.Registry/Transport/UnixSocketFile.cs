using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Portal.Storage.Reasons;

namespace Portal.Registry.Transport;

/// <summary>The file that a unix socket leaves behind when its process dies.</summary>
internal static class UnixSocketFile
{
    /// <summary>Takes away a socket that nobody listens on.</summary>
    /// <exception cref="AddressInUseException">A process listens on it.</exception>
    /// <exception cref="IOException">The path is no socket's, and is left alone.</exception>
    public static void MakeWay(string path)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException exception)
        {
            throw new UnusableFileException(
                new Reason(FileFault.NoSocket, $"{path}: is there and is no socket that could be replaced ({exception.Message}); remove it or name another path"),
                exception);
        }

        throw new AddressInUseException($"{path}: another process listens on this socket; stop it or name another path");
    }

    /// <summary>A socket cannot be opened as a file (ENXIO of open(2)); a refused connection alone says nothing, since plain files refuse too.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            File.OpenHandle(path, options: FileOptions.None).Dispose();
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
