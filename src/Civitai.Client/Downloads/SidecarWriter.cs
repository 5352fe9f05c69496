using System;
using System.IO;
using System.Text;

namespace Civitai.Client.Downloads;

/// <summary>Writes what stands beside a saved file: the complete item, the infotext. Through a temporary file and a rename, as the file itself.</summary>
internal static class SidecarWriter
{
    internal const string JsonExtension = ".json";
    internal const string TextExtension = ".txt";
    private const string TemporaryExtension = ".new";

    /// <summary>Writes the sidecars.</summary>
    /// <param name="image">The image.</param>
    /// <param name="basePath">The path of the file without extension.</param>
    /// <param name="which">Which are wanted.</param>
    internal static void Write(Image image, string basePath, Sidecar which)
    {
        if ((which & Sidecar.Json) == Sidecar.Json)
        {
            var json = image.ToJson() is { } text ? JsonIndenter.Indent(Encoding.UTF8.GetBytes(text)) : RecordJson.Of(image);
            Write(basePath + JsonExtension, json);
        }

        // An image without generation data has no infotext.
        if ((which & Sidecar.Text) == Sidecar.Text && ((image.GetContent() as RecordContent)?.Infotext ?? image.Meta?.ToString()) is { Length: > 0 } infotext)
        {
            Write(basePath + TextExtension, Encoding.UTF8.GetBytes(infotext));
        }
    }

    private static void Write(string path, byte[] content)
    {
        var temporary = path + TemporaryExtension;
        try
        {
            // A link by this name is not followed: it is removed.
            File.Delete(temporary);
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(content, 0, content.Length);
            }

#if NET
            File.Move(temporary, path, overwrite: true);
#else
            AtomicMove.Replace(temporary, path);
#endif
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw DiskError.Of(exception, path);
        }
    }
}
