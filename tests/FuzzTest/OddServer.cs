using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FuzzTest;

/// <summary>
/// A proxy on loopback that passes nothing on: it answers whatever it is asked, for whatever host, with the next odd answer, and closes the connection. So no
/// request ever leaves the machine, whatever host an answer names.
/// </summary>
internal sealed class OddServer : IAsyncDisposable
{
    private readonly OddAnswers _answers;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _accepting;
    private int _given;

    internal OddServer(OddAnswers answers)
    {
        _answers = answers;
        _listener.Start(512);
        Address = new Uri("http://127.0.0.1:" + ((IPEndPoint)_listener.LocalEndpoint).Port);
        _accepting = AcceptAsync();
    }

    internal Uri Address { get; }

    /// <summary>How many answers have been given.</summary>
    internal int Given => Volatile.Read(ref _given);

    /// <summary>The last answers, for the report of a failure.</summary>
    internal Queue<string> Last { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var buffer = new byte[16 * 1024];
                var length = 0;
                int read;
                while (length < buffer.Length && !buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8) && (read = await stream.ReadAsync(buffer.AsMemory(length), _stop.Token)) > 0)
                {
                    length += read;
                }

                var request = Encoding.Latin1.GetString(buffer, 0, length);
                if (length > 0)
                {
                    await stream.WriteAsync(Next(request), _stop.Token);
                    client.Client.Shutdown(SocketShutdown.Send);

                    // Until the other side has closed its end: an abort at once could overtake the answer.
                    while (await stream.ReadAsync(buffer, _stop.Token) > 0)
                    {
                        // What still comes, such as the beginning of TLS, is not answered.
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // The client has left.
            }
        }
    }

    private byte[] Next(string request)
    {
        var line = request.Split("\r\n", 2)[0];
        var host = request.Split("\r\n").FirstOrDefault(header => header.StartsWith("Host:", StringComparison.OrdinalIgnoreCase))?[5..].Trim() ?? "";
        lock (_lock)
        {
            var answer = _answers.Next(line, host);
            _given++;
            Last.Enqueue(line + " <- " + Convert.ToBase64String(answer));
            while (Last.Count > 16)
            {
                Last.Dequeue();
            }

            return answer;
        }
    }
}
