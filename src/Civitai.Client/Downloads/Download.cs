using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Civitai.Client.Http;

namespace Civitai.Client.Downloads;

/// <summary>One file, from its address to bytes that are known to be all of it.</summary>
internal sealed class Download
{
    // After an answer that goes against what was asked for, the file is fetched anew; a server that does so again and again has nothing to offer.
    private const int MaximumRestarts = 3;

    // What has come of a slow file is written after this, so that little is lost should the process be killed.
    private static readonly long WriteAfterTicks = Stopwatch.Frequency / 10;

    private readonly HttpSession _session;
    private readonly IActivity _activity;
    private readonly Image _image;
    private readonly Transfer _transfer;
    private readonly TransferMeter.Slot _progress;
    private readonly string? _videoUrl;
    private string _url;

    /// <summary>Prepares a download.</summary>
    /// <param name="session">Makes the requests.</param>
    /// <param name="activity">Is told of decisions.</param>
    /// <param name="image">What errors are about.</param>
    /// <param name="url">The address of the file.</param>
    /// <param name="videoUrl">Where a video can be had if a still picture comes instead; null if that cannot be, or a picture is what is wanted.</param>
    /// <param name="transfer">Takes the bytes.</param>
    /// <param name="progress">Is told how far it is.</param>
    internal Download(HttpSession session, IActivity activity, Image image, string url, string? videoUrl, Transfer transfer, TransferMeter.Slot progress)
    {
        _session = session;
        _activity = activity;
        _image = image;
        _url = url;
        _videoUrl = videoUrl;
        _transfer = transfer;
        _progress = progress;
    }

    /// <summary>Whether an original that comes twice without its end, byte by byte the same, is taken as it is.</summary>
    internal bool AllowsDamaged { get; init; }

    /// <summary>How fast all downloads together may be; null for no limit.</summary>
    internal RateLimiter? RateLimit { get; init; }

    /// <summary>Whether the file has no end, and came so twice.</summary>
    internal bool IsDamaged { get; private set; }

    private enum Answer
    {
        /// <summary>All bytes have come.</summary>
        Whole,

        /// <summary>The server cannot go on where the part ends.</summary>
        StartOver,
    }

    /// <summary>The requests made so far.</summary>
    internal int Attempts { get; private set; }

    /// <summary>Whether an interrupted download was gone on with.</summary>
    internal bool WasResumed { get; private set; }

    /// <summary>Fetches until all of the file is there, and is what it should be.</summary>
    /// <exception cref="CivitaiException">It cannot be had.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        _url = _transfer.Note?.Url ?? _url;
        string? unfinished = null;
        var restarts = 0;
        while (true)
        {
            if (await FetchAsync(cancellationToken).ConfigureAwait(false) == Answer.StartOver)
            {
                _activity.WriteVerbose("Starting over with " + _session.ShownUrl(_url) + ": the server cannot go on where the part ends.");
                WasResumed = false;
                _transfer.Discard();
                if (++restarts > MaximumRestarts)
                {
                    throw Error(CivitaiError.MediaUnavailable, "The media host sends other bytes at every request.");
                }

                continue;
            }

            var format = _transfer.Scanner.Format ?? throw NotMedia();
            if (_videoUrl is not null && MediaFormats.IsPicture(format))
            {
                if (_url == _videoUrl)
                {
                    _transfer.Remove();
                    throw Error(CivitaiError.MediaInvalid, "The media host sends a still picture instead of the video.");
                }

                _activity.WriteVerbose("A still picture came for the video at " + _session.ShownUrl(_url) + "; asking for the video rendition.");
                _url = _videoUrl;
                unfinished = null;
                _transfer.Discard();
                continue;
            }

            if (_transfer.Scanner.IsWhole)
            {
                return;
            }

            var fingerprint = await _transfer.FingerprintOfAllAsync(cancellationToken).ConfigureAwait(false);
            if (unfinished is not null)
            {
                IsDamaged = unfinished == fingerprint;
                if (IsDamaged && AllowsDamaged)
                {
                    _activity.WriteVerbose("The file at " + _session.ShownUrl(_url) + " came without its end again, byte by byte the same; it is kept as it is.");
                    return;
                }

                _transfer.Remove();
                throw Unfinished();
            }

            _activity.WriteVerbose("The file at " + _session.ShownUrl(_url) + " came without its end; fetching it once more from the start.");
            unfinished = fingerprint;
            WasResumed = false;
            _transfer.Discard();
        }
    }

    private Task<Answer> FetchAsync(CancellationToken cancellationToken)
    {
        if (_session.CheckMediaAddress(_url, _image, out var address) is { } refusal)
        {
            throw refusal;
        }

        return _session.SendMediaAsync(address!, Prepare, ReadAsync, _image, cancellationToken);
    }

    private void Prepare(HttpRequestMessage request)
    {
        Attempts++;
        if (_transfer.CanResume)
        {
            _transfer.Note!.Ask(request, _transfer.Length);
        }
    }

    private async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var asked = _transfer.CanResume ? _transfer.Length : 0;
        switch (RangeRules.Judge(response, asked, _transfer.Note))
        {
            case RangeAnswer.NothingLeft:
                WasResumed = true;
                _transfer.Scanner.End();
                return Answer.Whole;

            case RangeAnswer.Unusable:
                return Answer.StartOver;

            case RangeAnswer.Unasked:
                throw new TransientException(
                    CivitaiError.MediaUnavailable,
                    "The media host sends a part of the file, or rejects a range, although all of it was asked for.")
                {
                    StatusCode = (int)response.StatusCode,
                };

            case RangeAnswer.Rest:
                WasResumed = true;
                _activity.WriteVerbose(string.Format(CultureInfo.InvariantCulture, "Resuming {0} at byte {1}.", _session.ShownUrl(_url), asked));
                break;

            default:
                if (asked > 0)
                {
                    _activity.WriteVerbose("Starting over with " + _session.ShownUrl(_url) + ": the file has changed, or the server gives it only whole.");
                }

                WasResumed = false;
                _transfer.Begin(PartNote.Of(_url, response));
                break;
        }

        // The rest of a file of known length, or the whole of one whose length may be unknown.
        var total = _transfer.Note!.Length ?? (WasResumed ? response.Content.Headers.ContentRange!.Length : null);
        _progress.MoveTo(_transfer.Length, total);
        await ReceiveAsync(response, total, cancellationToken).ConfigureAwait(false);
        if (_transfer.Length < total)
        {
            throw new TransientException(
                CivitaiError.MediaIncomplete,
                string.Format(CultureInfo.InvariantCulture, "Only {0} of {1} announced bytes came.", _transfer.Length, total));
        }

        _transfer.Scanner.End();
        if (_transfer.Scanner.IsRefused)
        {
            throw Refusal();
        }

        return Answer.Whole;
    }

    private async Task ReceiveAsync(HttpResponseMessage response, long? total, CancellationToken cancellationToken)
    {
        var isWhole = false;
        var isEncoded = ContentDecoder.IsEncoded(response);
        var writeAt = Stopwatch.GetTimestamp() + WriteAfterTicks;
        try
        {
            using var body = ContentDecoder.Decode(response, await _session.OpenBodyAsync(response, cancellationToken).ConfigureAwait(false));
            while (true)
            {
                if (_transfer.IsFull)
                {
                    await _transfer.WriteAsync(cancellationToken).ConfigureAwait(false);
                }

                var count = await ReadAsync(body, isEncoded, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    isWhole = true;
                    return;
                }

                _transfer.Append(count);
                _progress.Add(count);
                if (RateLimit is not null)
                {
                    await RateLimit.TakeAsync(count, cancellationToken).ConfigureAwait(false);
                }

                if (_transfer.Length > total)
                {
                    throw TooMany(total.Value);
                }

                if (_transfer.Scanner.IsRefused)
                {
                    throw Refusal();
                }

                if (Stopwatch.GetTimestamp() > writeAt)
                {
                    await _transfer.WriteAsync(cancellationToken).ConfigureAwait(false);
                    writeAt = Stopwatch.GetTimestamp() + WriteAfterTicks;
                }
            }
        }
        finally
        {
            if (!isWhole)
            {
                // Cut off, cancelled, stopped: what has come is kept.
                await _transfer.KeepAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Memory<byte> Space()
    {
        var space = _transfer.Space;
        return RateLimit is { } limit && limit.LargestRead < space.Length ? space.Slice(0, limit.LargestRead) : space;
    }

    private CivitaiException Unfinished() => IsDamaged
        ? new(CivitaiError.MediaIncomplete, "The file has no end, and came so twice: the original itself seems damaged.")
        {
            Target = _image,
            RecommendedAction = "-AllowDamaged keeps it as it is.",
        }
        : new(CivitaiError.MediaIncomplete, "The file came without its end twice.") { Target = _image, RecommendedAction = "Run again later." };

    private async Task<int> ReadAsync(Stream body, bool isEncoded, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(Space(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (isEncoded && ContentDecoder.FailureOf(exception) is not null)
        {
            throw ContentDecoder.FailureOf(exception)!;
        }
    }

    private TransientException TooMany(long total)
    {
        // Which of them belong to the file, nobody can tell.
        WasResumed = false;
        _transfer.Discard();
        return new TransientException(CivitaiError.MediaIncomplete, string.Format(CultureInfo.InvariantCulture, "More than the {0} announced bytes came.", total));
    }

    // A page in place of a picture is what proxies and overloaded hosts send, and goes away: it is worth another attempt, of the file and not of the rest of the page.
    // Anything else stays what it is.
    private Exception Refusal()
    {
        var error = NotMedia();
        var mayPass = FirstCharacter(_transfer.Scanner.Head) is '<' or '{' or null;
        WasResumed = false;
        _transfer.Discard();
        return mayPass ? new TransientException(error.Error, error.Message) : error;
    }

    /// <summary>The first character of a text that is none of white space, whatever its encoding; null where nothing else came.</summary>
    private static char? FirstCharacter(ReadOnlySpan<byte> head)
    {
        var isWide = head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        var isMarked = isWide || head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);
        foreach (var value in head.Slice(isWide ? 2 : isMarked ? 3 : 0))
        {
            // In UTF-16 every other byte of such a text is zero.
            if (value is not ((byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t') && !(isWide && value == 0))
            {
                return (char)value;
            }
        }

        return null;
    }

    private CivitaiException NotMedia()
    {
        var what = FirstCharacter(_transfer.Scanner.Head) switch
        {
            null => _transfer.Length == 0 ? "nothing" : "a blank text",
            '<' => "a web page",
            '{' => "a JSON text",
            _ => "bytes of no known picture, video or sound",
        };
        return Error(CivitaiError.MediaInvalid, "The media host sent " + what + " instead of a media file.");
    }

    private CivitaiException Error(CivitaiError error, string message) => new(error, message) { Target = _image };
}
