using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Gallery;

/// <summary>Sends answers: in time, at a speed, compressed, and broken in every way a fault asks for.</summary>
internal sealed class ReplyWriter
{
    private readonly GalleryOptions _options;
    private readonly RequestLog _log;
    private readonly CancellationToken _stopping;

    public ReplyWriter(GalleryOptions options, RequestLog log, CancellationToken stopping)
    {
        _options = options;
        _log = log;
        _stopping = stopping;
    }

    /// <param name="make">Makes the answer that there would be without faults of the transport.</param>
    /// <param name="over">Called when all has been sent although the connection is still held for a moment.</param>
    public async Task<RequestState> SendAsync(HttpContext context, LoggedRequest request, IReadOnlyList<Fault> faults, Func<Reply> make, Action<RequestState> over)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping);
        var gone = linked.Token;

        var latency = request.IsMedia ? _options.MediaLatency ?? _options.Latency : _options.Latency;
        if (latency > TimeSpan.Zero)
        {
            await Task.Delay(latency, gone);
        }

        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.Hang:
                    await Task.Delay(Timeout.InfiniteTimeSpan, gone);
                    break;
                case FaultKind.Hold:
                    await fault.Gate!.WaitAsync(gone);
                    break;
                default:
                    break;
            }
        }

        if (faults.FirstOrDefault(fault => fault.Kind == FaultKind.AbortAfter && fault.Amount == 0) is not null)
        {
            context.Abort();
            return RequestState.BrokenOff;
        }

        if (EndsBeforeTheAnswer(context, faults))
        {
            return RequestState.BrokenOff;
        }

        if (faults.FirstOrDefault(fault => fault.Kind == FaultKind.Raw) is { } raw)
        {
            await SendRawAsync(context, request, raw.Body, over);
            return RequestState.BrokenOff;
        }

        var endless = faults.FirstOrDefault(fault => fault.Kind is FaultKind.Endless or FaultKind.GzipBomb);
        var reply = endless is not null ? new Reply { Headers = [.. endless.Headers] } : Replaced(request, faults) ?? make();
        if (reply.Wait > TimeSpan.Zero)
        {
            await Task.Delay(reply.Wait, gone);
        }

        var headers = new List<KeyValuePair<string, string>>(reply.Headers);
        var stopAtItem = faults.FirstOrDefault(fault => fault.Kind is FaultKind.AbortAfterItems or FaultKind.StallAfterItems);
        var body = reply.Body;
        var chunked = false;
        if (request.IsApi && reply.IsCompressible)
        {
            chunked = true;
            if (_options.Compress && stopAtItem is null && PickEncoding(request) is { } encoding)
            {
                body = reply.Encoded(encoding);
                headers.Add(new("Content-Encoding", encoding));
            }

            headers.Add(new("Vary", "Accept-Encoding"));
        }

        var plan = new Plan(body.Length);
        var rate = _options.BytesPerSecond;
        long difference = 0;
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.Header:
                    headers.RemoveAll(header => header.Key.Equals(fault.Headers[0].Key, StringComparison.OrdinalIgnoreCase));
                    headers.Add(fault.Headers[0]);
                    break;
                case FaultKind.RemoveHeader:
                    headers.RemoveAll(header => header.Key.Equals(fault.Text, StringComparison.OrdinalIgnoreCase));
                    break;
                case FaultKind.WithoutLength:
                    chunked = true;
                    break;
                case FaultKind.WrongLength:
                    difference = fault.Amount;
                    chunked = false;
                    break;
                case FaultKind.AbortAfter:
                    plan.StopAt(fault.Amount, stall: false, fault);
                    break;
                case FaultKind.StreamReset:
                    plan.StopAt(fault.Amount, stall: false, fault);
                    break;
                case FaultKind.StallAfter:
                    plan.StopAt(fault.Amount, stall: true, fault);
                    break;
                case FaultKind.AbortAfterItems or FaultKind.StallAfterItems when reply.ItemEnds is { } ends:
                    plan.StopAt(fault.Amount == 0 || ends.Length == 0 ? Math.Min(10, body.Length) : ends[Math.Min(ends.Length, (int)fault.Amount) - 1], stall: fault.Kind == FaultKind.StallAfterItems, fault);
                    break;
                default:
                    break;
            }
        }

        if (difference < 0)
        {
            request.SetStatus(reply.Status);
            await SendRawAsync(context, request, Serialized(reply.Status, headers, body, body.Length + difference), over);
            return RequestState.BrokenOff;
        }

        var response = context.Response;
        response.StatusCode = reply.Status;
        foreach (var (name, value) in headers)
        {
            response.Headers.Append(name, value);
        }

        request.SetStatus(reply.Status);
        _log.Changed(request);
        if (reply.Status is 204 or 304 || request.Method == "HEAD")
        {
            if (!chunked && request.Method == "HEAD")
            {
                response.ContentLength = body.Length;
            }

            await response.StartAsync(gone);
            return RequestState.Completed;
        }

        if (endless is not null)
        {
            response.Headers.Remove("Content-Length");
            return await SendEndlessAsync(context, request, endless, rate, gone);
        }

        if (!chunked)
        {
            response.ContentLength = body.Length + difference;
        }

        var pace = new Pace(rate);
        await WriteAsync(context, request, body[..plan.End], pace, gone, plan.Stop is null && difference == 0 ? over : null);
        if (plan.Stop is { } stop)
        {
            // What should have arrived by now has to be on its way.
            await response.StartAsync(gone);
            await response.Body.FlushAsync(gone);
            _log.Changed(request);
            if (plan.Stalls)
            {
                if (stop.Gate is { } gate)
                {
                    await gate.WaitAsync(gone);
                    await WriteAsync(context, request, body[plan.End..], pace, gone);
                    return RequestState.Completed;
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, gone);
            }

            if (stop.Kind == FaultKind.StreamReset)
            {
                ResetStream(context, stop.Code);
                return RequestState.BrokenOff;
            }

            if (stop.Reset)
            {
                context.Abort();
                return RequestState.BrokenOff;
            }

            throw new BrokenOffException();
        }

        if (difference > 0)
        {
            await response.Body.FlushAsync(gone);
            throw new BrokenOffException();
        }

        if (!response.HasStarted)
        {
            await response.StartAsync(gone);
        }

        return RequestState.Completed;
    }

    /// <summary>Does what HTTP/2 can do to a request before its answer.</summary>
    /// <returns>Whether there is no answer any more.</returns>
    private static bool EndsBeforeTheAnswer(HttpContext context, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.GoAway:
                    context.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().RequestClose();
                    break;
                case FaultKind.LoseConnection:
                    context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
                    return true;
                case FaultKind.StreamReset when fault.Amount < 0:
                    ResetStream(context, fault.Code);
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    private static void ResetStream(HttpContext context, int errorCode) => context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);

    private static Reply? Replaced(LoggedRequest request, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
        {
            if (fault.Kind == FaultKind.Reply)
            {
                return new Reply { Status = fault.Code, Headers = [.. fault.Headers], Body = fault.Body, IsCompressible = fault.Headers.Any(header => header.Value.StartsWith("application/json", StringComparison.Ordinal)) };
            }

            if (fault.Kind == FaultKind.Echo)
            {
                var header = request.Header("Authorization") ?? "no key";
                var key = header[(header.IndexOf(' ', StringComparison.Ordinal) + 1)..];
                var text = $"Rejected {header} key={key} escaped={Uri.EscapeDataString(header)} base64={Convert.ToBase64String(Encoding.UTF8.GetBytes(key))} query={request.QueryString}";
                return new Reply
                {
                    Status = fault.Code,
                    Headers = [new("Content-Type", "application/json; charset=utf-8"), new("X-Echo", header)],
                    Body = Encoding.UTF8.GetBytes("{\"error\":" + ItemWriter.Text(text) + ",\"code\":" + ItemWriter.Text(key) + "}"),
                };
            }
        }

        return null;
    }

    private static string? PickEncoding(LoggedRequest request)
    {
        var accepted = request.Header("Accept-Encoding");
        if (accepted is null)
        {
            return null;
        }

        var names = accepted.Split(',').Select(part => part.Trim()).Where(part => !part.EndsWith("q=0", StringComparison.Ordinal)).Select(part => part.Split(';')[0].Trim()).ToArray();
        return names.Contains("br", StringComparer.OrdinalIgnoreCase) ? "br" : names.Contains("gzip", StringComparer.OrdinalIgnoreCase) ? "gzip" : null;
    }

    private async Task WriteAsync(HttpContext context, LoggedRequest request, ReadOnlyMemory<byte> bytes, Pace pace, CancellationToken gone, Action<RequestState>? over = null)
    {
        while (bytes.Length > 0)
        {
            var count = Math.Min(bytes.Length, pace.Slice);
            if (over is not null && count == bytes.Length)
            {
                // Counted just before the last bytes go out: whoever has read the whole answer finds it completed in the log.
                request.AddBytes(count);
                over(RequestState.Completed);
                await context.Response.Body.WriteAsync(bytes, gone);
                return;
            }

            await context.Response.Body.WriteAsync(bytes[..count], gone);
            request.AddBytes(count);
            _log.Changed(request);
            bytes = bytes[count..];
            await pace.AfterAsync(count, gone);
        }
    }

    private async Task<RequestState> SendEndlessAsync(HttpContext context, LoggedRequest request, Fault fault, long? rate, CancellationToken gone)
    {
        var pace = new Pace(rate);
        if (fault.Kind == FaultKind.GzipBomb)
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.Headers.ContentEncoding = "gzip";
            await WriteAsync(context, request, Gzip("{\"items\":[],\"padding\":\""u8.ToArray()), pace, gone);
            // A gzip body may consist of many members, each of which is small: nothing large is ever made here.
            const int unit = 16 << 20;
            var member = Gzip(Enumerable.Repeat((byte)'x', unit).ToArray());
            for (var left = fault.Amount; left > 0; left -= unit)
            {
                await WriteAsync(context, request, member, pace, gone);
            }

            await WriteAsync(context, request, Gzip("\",\"metadata\":{}}"u8.ToArray()), pace, gone);
            return RequestState.Completed;
        }

        if (fault.Text == "items")
        {
            await WriteAsync(context, request, "{\"items\":["u8.ToArray(), pace, gone);
            for (var id = 1L; ; id += 100)
            {
                var items = new StringBuilder();
                for (var next = id; next < id + 100; next++)
                {
                    items.Append(CultureInfo.InvariantCulture, $"{(next == 1 ? "" : ",")}{{\"id\":{next},\"url\":\"http://127.0.0.1/x.jpeg\",\"type\":\"image\",\"stats\":{{}}}}");
                }

                await WriteAsync(context, request, Encoding.UTF8.GetBytes(items.ToString()), pace, gone);
            }
        }

        await WriteAsync(context, request, fault.Body, pace, gone);
        var repeated = new byte[Math.Max(1, 64 * 1024 / fault.Repeated.Length) * fault.Repeated.Length];
        for (var at = 0; at < repeated.Length; at++)
        {
            repeated[at] = fault.Repeated[at % fault.Repeated.Length];
        }

        for (var sent = 0L; fault.Amount == 0 || sent < fault.Amount; sent += repeated.Length)
        {
            await WriteAsync(context, request, fault.Amount == 0 ? repeated : repeated.AsMemory(0, (int)Math.Min(repeated.Length, fault.Amount - sent)), pace, gone);
        }

        await WriteAsync(context, request, "\",\"metadata\":{}}"u8.ToArray(), pace, gone);
        return RequestState.Completed;
    }

    /// <summary>Writes past Kestrel straight to the socket, then ends the connection: Kestrel itself refuses wrong lengths and malformed headers.</summary>
    private async Task SendRawAsync(HttpContext context, LoggedRequest request, byte[] bytes, Action<RequestState> over)
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
        ReadOnlyMemory<byte> left = bytes;
        while (left.Length > 0)
        {
            left = left[await socket.SendAsync(left, SocketFlags.None, _stopping)..];
        }

        request.AddBytes(bytes.Length);
        socket.Shutdown(SocketShutdown.Send);
        over(RequestState.BrokenOff);
        try
        {
            // An abort at once could overtake what is still under way: the client closes its end first.
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping);
            await Task.Delay(Timeout.InfiniteTimeSpan, linked.Token);
        }
        catch (OperationCanceledException)
        {
            // It has.
        }

        context.Abort();
    }

    private static byte[] Serialized(int status, List<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, long length)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Math.Max(0, length)}\r\n\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. body.Span];
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var packer = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            packer.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Where the body stops.</summary>
    private sealed class Plan
    {
        private readonly int _length;

        public Plan(int length) => End = _length = length;

        public int End { get; private set; }

        public Fault? Stop { get; private set; }

        public bool Stalls { get; private set; }

        public void StopAt(long bytes, bool stall, Fault fault)
        {
            if (Stop is not null || _length == 0)
            {
                return;
            }

            End = (int)Math.Clamp(bytes < 0 ? _length + bytes : bytes, 0, _length - 1);
            Stop = fault;
            Stalls = stall;
        }
    }

    /// <summary>Spreads writes over time. The clock decides, not the sum of the pauses, so that inexact timers do not add up.</summary>
    private sealed class Pace(long? bytesPerSecond)
    {
        private readonly long _started = Stopwatch.GetTimestamp();
        private long _sent;

        public int Slice { get; } = bytesPerSecond is { } rate ? (int)Math.Clamp(rate / 100, 256, 64 * 1024) : 64 * 1024;

        public async ValueTask AfterAsync(int count, CancellationToken gone)
        {
            if (bytesPerSecond is not { } rate)
            {
                return;
            }

            _sent += count;
            var ahead = TimeSpan.FromSeconds(_sent / (double)rate) - Stopwatch.GetElapsedTime(_started);
            if (ahead > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(ahead, gone);
            }
        }
    }
}
