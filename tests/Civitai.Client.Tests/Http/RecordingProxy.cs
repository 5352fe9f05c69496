using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Civitai.Client.Tests.Http;

/// <summary>A proxy that writes down what it is told, answers each connection with the same text and passes nothing on.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _answer;
    private readonly Task _running;

    internal RecordingProxy(string answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri("http://127.0.0.1:" + ((IPEndPoint)_listener.LocalEndpoint).Port);
        _running = RunAsync();
    }

    internal Uri Address { get; }

    internal ConcurrentQueue<string> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        // The listener last: one that is disposed of between two connections refuses to accept with an error of its own.
        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var stream = client.GetStream();
                var request = new StringBuilder();
                var buffer = new byte[4096];
                int read;
                while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && (read = await stream.ReadAsync(buffer, _stop.Token)) > 0)
                {
                    request.Append(Encoding.Latin1.GetString(buffer, 0, read));
                }

                Requests.Enqueue(request.ToString());
                await stream.WriteAsync(Encoding.Latin1.GetBytes(_answer), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
    }
}
