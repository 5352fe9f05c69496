using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PowerCutTest;

/// <summary>
/// A file that is a disk and keeps a log of every write and every flush, in their order: what device mapper's log-writes is, for kernels without it. It is a file system of one
/// file, spoken over /dev/fuse, that a loop device is put on; the kernel's page cache is above it, so that only what has really been sent to the disk is in the log.
/// </summary>
internal sealed class RecordedDisk : IDisposable
{
    // include/uapi/linux/fuse.h.
    private const int InHeader = 40;
    private const int OutHeader = 16;
    private const int LargestWrite = 128 * 1024;
    private const int NoSuchCall = 38;

    private readonly string _path;
    private readonly string _image;
    private readonly SafeFileHandle _fuse;
    private readonly SafeFileHandle _file;
    private readonly Thread _server;
    private readonly List<DiskEvent> _events = [];

    /// <summary>Mounts the disk.</summary>
    /// <param name="image">The file that holds the disk's bytes; it is written to.</param>
    /// <param name="path">Where the disk appears.</param>
    internal RecordedDisk(string image, string path)
    {
        _path = path;
        _image = image;
        _file = File.OpenHandle(image, FileMode.Open, FileAccess.ReadWrite);
        File.WriteAllBytes(path, []);
        _fuse = NativeMethods.Open("/dev/fuse", NativeMethods.ReadWrite);
        if (_fuse.IsInvalid)
        {
            throw new IOException("/dev/fuse cannot be opened.");
        }

        var options = FormattableString.Invariant($"fd={_fuse.DangerousGetHandle()},rootmode=100644,user_id=0,group_id=0");
        if (NativeMethods.Mount("civitaips", path, "fuse", 0, options) != 0)
        {
            throw new IOException($"The disk cannot be mounted: error {Marshal.GetLastPInvokeError()}.");
        }

        _server = new Thread(Serve) { IsBackground = true, Name = "disk" };
        _server.Start();
    }

    /// <summary>Takes what has happened so far.</summary>
    internal IReadOnlyList<DiskEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public void Dispose()
    {
        _ = NativeMethods.Unmount(_path, 0);
        _server.Join();
        _fuse.Dispose();
        _file.Dispose();
    }

    private void Serve()
    {
        var request = new byte[LargestWrite + 4096];
        while (true)
        {
            var count = NativeMethods.Read(_fuse, request, request.Length);
            if (count < InHeader)
            {
                // ENODEV: unmounted. EINTR and EAGAIN: ask again.
                if (count < 0 && Marshal.GetLastPInvokeError() is 4 or 11)
                {
                    continue;
                }

                return;
            }

            Answer(request.AsSpan(0, (int)count));
        }
    }

    private void Answer(ReadOnlySpan<byte> request)
    {
        var unique = BinaryPrimitives.ReadUInt64LittleEndian(request[8..]);
        var body = request[InHeader..];
        switch (BinaryPrimitives.ReadUInt32LittleEndian(request[4..]))
        {
            case 2 or 36 or 42: // FORGET, INTERRUPT, BATCH_FORGET: nobody waits.
                break;
            case 3 or 4: // GETATTR, SETATTR
                Reply(unique, Attributes());
                break;
            case 14: // OPEN
                Reply(unique, new byte[16]);
                break;
            case 15: // READ
                Reply(unique, Read(body));
                break;
            case 16: // WRITE
                Reply(unique, Write(body));
                break;
            case 17: // STATFS
                Reply(unique, new byte[80]);
                break;
            case 18 or 25 or 38: // RELEASE, FLUSH (of a descriptor that is closed, not of the disk), DESTROY
                Reply(unique, []);
                break;
            case 20: // FSYNC
                lock (_events)
                {
                    _events.Add(new DiskEvent(0, null));
                }

                Reply(unique, []);
                break;
            case 26: // INIT
                Reply(unique, Greeting());
                break;
            default:
                Reply(unique, [], NoSuchCall);
                break;
        }
    }

    private byte[] Read(ReadOnlySpan<byte> body)
    {
        var data = new byte[BinaryPrimitives.ReadInt32LittleEndian(body[16..])];
        var count = RandomAccess.Read(_file, data, BinaryPrimitives.ReadInt64LittleEndian(body[8..]));
        return data[..count];
    }

    private byte[] Write(ReadOnlySpan<byte> body)
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(body[8..]);
        var data = body.Slice(40, BinaryPrimitives.ReadInt32LittleEndian(body[16..])).ToArray();
        RandomAccess.Write(_file, data, offset);
        lock (_events)
        {
            _events.Add(new DiskEvent(offset, data));
        }

        var reply = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(reply, data.Length);
        return reply;
    }

    private byte[] Attributes()
    {
        var length = RandomAccess.GetLength(_file);
        var reply = new byte[104];
        BinaryPrimitives.WriteInt64LittleEndian(reply, 3600);
        BinaryPrimitives.WriteInt64LittleEndian(reply.AsSpan(16), 1);
        BinaryPrimitives.WriteInt64LittleEndian(reply.AsSpan(24), length);
        BinaryPrimitives.WriteInt64LittleEndian(reply.AsSpan(32), length / 512);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(76), 0x81A4); // a regular file, rw-r--r--
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(80), 1);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(96), 4096);
        return reply;
    }

    private static byte[] Greeting()
    {
        var reply = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(reply, 7);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(4), 31);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(8), LargestWrite);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(12), 1 << 5); // FUSE_BIG_WRITES; no write-back cache, so that a write is one when it is made
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(20), LargestWrite);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(24), 1);
        return reply;
    }

    private void Reply(ulong unique, ReadOnlySpan<byte> body, int error = 0)
    {
        var reply = new byte[OutHeader + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(reply, reply.Length);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(4), -error);
        BinaryPrimitives.WriteUInt64LittleEndian(reply.AsSpan(8), unique);
        body.CopyTo(reply.AsSpan(OutHeader));
        if (NativeMethods.Write(_fuse, reply, reply.Length) < 0 && Marshal.GetLastPInvokeError() is var failure and not 2)
        {
            // ENOENT: the request was given up meanwhile.
            throw new IOException($"The disk '{_image}' cannot answer: error {failure}.");
        }
    }
}
