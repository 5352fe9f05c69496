using System.Text;

namespace Gallery;

/// <summary>What other processes may ask a running gallery: <c>/gallery/log</c> (JSON lines), <c>/gallery/clear</c>, <c>/gallery/state</c>. Not logged, and never faulty.</summary>
internal static class ControlEndpoints
{
    public static bool IsControl(HttpContext context) => context.Request.Path.StartsWithSegments("/gallery", StringComparison.Ordinal);

    public static Task AnswerAsync(GalleryServer gallery, HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/gallery/log":
                var lines = new StringBuilder();
                foreach (var request in gallery.Log.All)
                {
                    lines.Append(System.Text.Json.JsonSerializer.Serialize(new
                    {
                        request.Number,
                        request.Method,
                        request.Path,
                        request.QueryString,
                        request.ImageId,
                        request.IsMedia,
                        Range = request.Header("Range"),
                        IfRange = request.Header("If-Range"),
                        UserAgent = request.Header("User-Agent"),
                        HasKey = request.Header("Authorization") is not null,
                        request.RangeStart,
                        request.Status,
                        request.BytesSent,
                        State = request.State.ToString(),
                        request.Started,
                        request.Finished,
                        request.ConnectionId,
                        request.UnknownParameters,
                        request.Faults,
                    })).Append('\n');
                }

                return Write(context, lines.ToString());
            case "/gallery/clear":
                gallery.Log.Clear();
                return Write(context, "{}");
            case "/gallery/state":
                return Write(context, FormattableString.Invariant($"{{\"openResponses\":{gallery.OpenResponses},\"openConnections\":{gallery.OpenConnections},\"connections\":{gallery.Connections},\"images\":{gallery.Catalogue.Images.Count}}}"));
            default:
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
        }
    }

    private static Task Write(HttpContext context, string text)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(text);
    }
}
