using System;
using System.Collections.Generic;
using System.Threading;

namespace Civitai.Client.Downloads;

/// <summary>Counts what comes in, for whoever looks. Downloads write to their own slots without a lock; looking takes none either.</summary>
internal sealed class TransferMeter
{
    private readonly Slot[] _slots;
    private long _received;

    internal TransferMeter(int slots)
    {
        _slots = new Slot[slots];
        for (var i = 0; i < slots; i++)
        {
            _slots[i] = new Slot(this);
        }
    }

    /// <summary>Takes a free slot: there is one for each download that may run.</summary>
    internal Slot Begin(string name)
    {
        foreach (var slot in _slots)
        {
            if (slot.TryTake(name))
            {
                return slot;
            }
        }

        throw new InvalidOperationException("More downloads run than there are slots.");
    }

    /// <summary>How far everything is.</summary>
    internal SaveProgress Read(TimeSpan waiting)
    {
        var running = new List<DownloadProgress>();
        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i].Name is { } name)
            {
                var total = _slots[i].Total;
                running.Add(new DownloadProgress { Slot = i, Name = name, ReceivedBytes = _slots[i].Received, TotalBytes = total > 0 ? total : null });
            }
        }

        return new SaveProgress { ReceivedBytes = Interlocked.Read(ref _received), Waiting = waiting, Running = running };
    }

    /// <summary>The place of one running download.</summary>
    internal sealed class Slot
    {
        private readonly TransferMeter _meter;
        private string? _name;
        private long _position;
        private long _total;

        internal Slot(TransferMeter meter)
        {
            _meter = meter;
        }

        internal string? Name => Volatile.Read(ref _name);

        internal long Received => Interlocked.Read(ref _position);

        internal long Total => Interlocked.Read(ref _total);

        internal bool TryTake(string name)
        {
            if (Interlocked.CompareExchange(ref _name, name, null) is not null)
            {
                return false;
            }

            MoveTo(0, null);
            return true;
        }

        /// <summary>Says where the download stands, when it begins or goes on.</summary>
        internal void MoveTo(long position, long? total)
        {
            Interlocked.Exchange(ref _position, position);
            Interlocked.Exchange(ref _total, total ?? 0);
        }

        /// <summary>Says that more has come.</summary>
        internal void Add(int count)
        {
            Interlocked.Add(ref _position, count);
            Interlocked.Add(ref _meter._received, count);
        }

        /// <summary>Gives the place back.</summary>
        internal void End() => Volatile.Write(ref _name, null);
    }
}
