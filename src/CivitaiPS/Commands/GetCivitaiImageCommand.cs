using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Civitai;
using CivitaiPS.Loading;
using CivitaiPS.Parameters;
using CivitaiPS.Pipeline;

namespace CivitaiPS.Commands;

/// <summary>Queries the gallery and pages through it as the pipeline takes the images.</summary>
[Cmdlet(VerbsCommon.Get, "CivitaiImage", DefaultParameterSetName = QuerySet, SupportsPaging = true, HelpUri = HelpPages.GetCivitaiImage)]
[OutputType(typeof(Image))]
public sealed class GetCivitaiImageCommand : CivitaiCommand
{
    private const string QuerySet = "Query";
    private const string IdSet = "Id";
    private const string UriSet = "Uri";

    private static readonly string[] Targets =
        [nameof(Id), nameof(Uri), nameof(ModelId), nameof(ModelVersionId), nameof(PostId), nameof(UserId), nameof(Username)];

    private ConnectionSettings _connection = null!;
    private List<ImageQuery> _links = [];
    private IImageLookup? _lookup;
    private bool _hasLookupEnded;
    private long _records;
    private ListingProgressBar? _progress;

    /// <summary>Models whose images are listed.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1L, long.MaxValue)]
    [Alias("Model")]
    [IdTransformation("model", "It is the number in the URL of the model's page: https://civitai.com/models/ID. A link goes to -Uri.")]
    public long[] ModelId { get; set; } = [];

    /// <summary>Model versions whose images are listed.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1L, long.MaxValue)]
    [IdTransformation("model version", "It is the number at the end of the URL of the version's page: https://civitai.com/models/MODEL?modelVersionId=ID. A link goes to -Uri.")]
    public long[] ModelVersionId { get; set; } = [];

    /// <summary>Posts whose images are listed.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1L, long.MaxValue)]
    [IdTransformation("post", "It is the number in the URL of the post's page: https://civitai.com/posts/ID. A link goes to -Uri.")]
    public long[] PostId { get; set; } = [];

    /// <summary>Creators, by number, whose images are listed.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1L, long.MaxValue)]
    [IdTransformation("user", "The URL of a user's page has the name and not the number: use -Username NAME.")]
    public long[] UserId { get; set; } = [];

    /// <summary>Creators, by name, whose images are listed.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [ValidateNotNullOrEmpty]
    [ValidateUsername]
    [Alias("User", "Creator")]
    public string[] Username { get; set; } = [];

    /// <summary>These images themselves.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ValidateRange(1L, long.MaxValue)]
    [IdTransformation("image", "It is the number in the URL of the image's page: https://civitai.com/images/ID. A link goes to -Uri.")]
    public long[] Id { get; set; } = [];

    /// <summary>Links copied from the browser, or bare image ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = UriSet)]
    [ValidateNotNullOrEmpty]
    public string[] Uri { get; set; } = [];

    /// <summary>A record that says whose images are listed: an id, a link, an image, a row.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public object? InputObject { get; set; }

    /// <summary>The highest content level wanted.</summary>
    [Parameter]
    [NsfwLevelTransformation]
    [ValidateSet(nameof(ImageNsfwLevel.None), nameof(ImageNsfwLevel.Soft), nameof(ImageNsfwLevel.Mature), nameof(ImageNsfwLevel.Explicit))]
    public ImageNsfwLevel NsfwLevel { get; set; }

    /// <summary>Exactly the content levels wanted.</summary>
    [Parameter]
    [ValidateBrowsingLevel]
    [ValidateRange(BrowsingLevel.PG, BrowsingLevel.PG | BrowsingLevel.PG13 | BrowsingLevel.R | BrowsingLevel.X | BrowsingLevel.XXX)]
    public BrowsingLevel BrowsingLevel { get; set; }

    /// <summary>The order.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [Parameter(ParameterSetName = UriSet)]
    public ImageSort Sort { get; set; }

    /// <summary>How far back.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [Parameter(ParameterSetName = UriSet)]
    public TimePeriod Period { get; set; }

    /// <summary>Only this kind of media.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [Parameter(ParameterSetName = UriSet)]
    public MediaType Type { get; set; }

    /// <summary>Only images made with these base models.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [Parameter(ParameterSetName = UriSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BaseModelCompleter))]
    public string[] BaseModel { get; set; } = [];

    /// <summary>Only images with these tags, by number.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [Parameter(ParameterSetName = UriSet)]
    [ValidateNotNullOrEmpty]
    [ValidateRange(1L, long.MaxValue)]
    [IdTransformation("tag", "It is the number in the URL that a tag of the site leads to: https://civitai.com/images?tags=ID. A link goes to -Uri.")]
    public long[] TagId { get; set; } = [];

    /// <summary>Only images created at or after this time.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [Parameter(ParameterSetName = UriSet)]
    [SinceTransformation]
    public DateTime Since { get; set; }

    /// <summary>Items a request.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [Parameter(ParameterSetName = UriSet)]
    [ValidateRange(1, 200)]
    public int PageSize { get; set; } = 200;

    /// <summary>Where an earlier listing is gone on with.</summary>
    [Parameter(ParameterSetName = QuerySet)]
    [Parameter(ParameterSetName = UriSet)]
    [ValidateNotNullOrEmpty]
    public string Cursor { get; set; } = string.Empty;

    /// <summary>Do not ask for generation data.</summary>
    [Parameter]
    public SwitchParameter SkipMeta { get; set; }

    /// <summary>Ask for tags.</summary>
    [Parameter]
    public SwitchParameter IncludeTag { get; set; }

    private protected override int TickInterval => ListingProgressBar.Interval;

    private bool TakesInput => MyInvocation.ExpectingInput || IsBound(nameof(InputObject));

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            Engine.Client.Prepare();
            CheckConflicts();
            _connection = ConnectionState.Current(this);
            _progress = new ListingProgressBar(Progress);
            _links = Combine(Uri.Select(Engine.Client.ParseLink));
            foreach (var link in _links)
            {
                RefuseForImages(link);
            }

            if (_links.Count > 1 && IsBound(nameof(Cursor)))
            {
                throw Conflict("-Cursor goes on with one listing, and these links are several: give the one that it belongs to.");
            }
        }
        catch (CivitaiException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception));
        }

        if (PagingParameters.IncludeTotalCount)
        {
            WriteWarning(CivitaiWarning.TotalUnknown.WithId("the service does not report a total count."));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TakesInput)
        {
            List();
        }
        else if (!MyInvocation.ExpectingInput && (InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject) is IList list)
        {
            // A list that was given and not piped is meant as its members.
            foreach (var item in list)
            {
                ListRecord(item);
            }
        }
        else
        {
            ListRecord(InputObject);
        }
    }

    private void List()
    {
        if (ParameterSetName == UriSet)
        {
            List(_links);
        }
        else
        {
            List(
            [
                new ImageQuery
                {
                    ImageIds = Id,
                    ModelIds = ModelId,
                    ModelVersionIds = ModelVersionId,
                    PostIds = PostId,
                    UserIds = UserId,
                    Usernames = Username,
                },
            ]);
        }
    }

    private void ListRecord(object? record)
    {
        ImageQuery query;
        try
        {
            query = QueryRecord.Read(record, Engine.Client.ParseLink);
            RefuseForImages(query);
            if (_records++ > 0 && IsBound(nameof(Cursor)))
            {
                throw Conflict("-Cursor goes on with one listing, and this is not the first record: pipe the one that it belongs to.");
            }
        }
        catch (CivitaiException exception)
        {
            ListPending();
            WriteError(ErrorRecords.From(exception, record));
            return;
        }

        if (query.ImageIds.Count == 1 && PagingParameters is { Skip: 0, First: > 0 })
        {
            LookUp(query.ImageIds[0]);
        }
        else
        {
            ListPending();
            List([query]);
        }
    }

    /// <summary>Requests an image and lists those before it as far as they have come: no more are under way than an array of ids has.</summary>
    private void LookUp(long imageId)
    {
        const int atOnce = 4;
        if (_hasLookupEnded)
        {
            // The error said that the images after it are not listed: the service is not asked for each of them to fail the same way.
            return;
        }

        _lookup ??= Engine.Client.OpenLookup(_connection, Complete(new ImageQuery(), first: null), Activity);
        _lookup.Add(imageId);
        ListPending(atOnce);
    }

    /// <summary>Lists the images that piped ids have asked for, so that records are answered in their order.</summary>
    /// <param name="most">As many may stay under way.</param>
    private void ListPending(int most = 1)
    {
        if (_lookup is null || _hasLookupEnded)
        {
            return;
        }

        using var shown = _progress!.Begin(_lookup);
        do
        {
            while (_lookup.TryRead(out var image))
            {
                WriteActivity();
                _progress.Listed();
                WriteObject(image);
            }
        }
        while (_lookup.Pending >= most && WaitForMore(_lookup));
    }

    /// <summary>Lists one query after the other, with one <c>-First</c> and one <c>-Skip</c> for all of them.</summary>
    private void List(IReadOnlyList<ImageQuery> queries)
    {
        var toSkip = PagingParameters.Skip;
        ulong? wanted = PagingParameters.First == ulong.MaxValue ? null
            : PagingParameters.First > long.MaxValue - toSkip ? long.MaxValue
            : PagingParameters.First + toSkip;
        foreach (var query in queries)
        {
            if (wanted == 0 || PagingParameters.First == 0)
            {
                return;
            }

            List(Complete(query, (long?)wanted), ref toSkip, ref wanted);
        }
    }

    private void List(ImageQuery query, ref ulong toSkip, ref ulong? wanted)
    {
        using var feed = Engine.Client.OpenFeed(_connection, query, Activity);
        using var shown = _progress!.Begin(feed);
        do
        {
            while (feed.TryRead(out var image))
            {
                WriteActivity();
                _progress.Listed();
                wanted--;
                if (toSkip > 0)
                {
                    toSkip--;
                }
                else
                {
                    WriteObject(image);
                }
            }
        }
        while (WaitForMore(feed));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        ListPending();
        Progress.CompleteAll();
    }

    private protected override void Dispose(bool disposing)
    {
        _lookup?.Dispose();
        base.Dispose(disposing);
    }

    private protected override void OnTick() => _progress?.Update();

    private bool WaitForMore(IImageFeed feed)
    {
        try
        {
            return Wait(feed.WaitToReadAsync(Cancellation));
        }
        catch (CivitaiException exception)
        {
            // Not a terminating one: what has been listed so far goes on through the pipeline to its end.
            _hasLookupEnded |= feed == _lookup;
            WriteError(ErrorRecords.From(WithNearestBaseModels(exception)));
            return false;
        }
    }

    private ImageQuery Complete(ImageQuery query, long? first) => new()
    {
        ImageIds = query.ImageIds,
        ModelIds = query.ModelIds,
        ModelVersionIds = query.ModelVersionIds,
        PostIds = query.PostIds,
        UserIds = query.UserIds,
        Usernames = query.Usernames,
        NsfwLevel = IsBound(nameof(NsfwLevel)) ? NsfwLevel : null,
        BrowsingLevel = IsBound(nameof(BrowsingLevel)) ? BrowsingLevel : null,
        Sort = IsBound(nameof(Since)) && !IsBound(nameof(Sort)) ? ImageSort.Newest : Sort,
        Period = Period,
        Type = IsBound(nameof(Type)) ? Type : null,
        BaseModels = BaseModel,
        TagIds = query.TagIds.Count > 0 ? query.TagIds : TagId,
        Since = IsBound(nameof(Since)) ? SinceTime() : null,
        First = first,
        PageSize = PageSize,
        Cursor = IsBound(nameof(Cursor)) ? Cursor : null,
        IncludeMeta = !SkipMeta,
        IncludeTags = IncludeTag,
    };

    /// <summary>A time at the end of all times would only invite overflows when zones are counted in.</summary>
    private DateTimeOffset SinceTime() =>
        Since.Year > 9000 ? new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero)
        : new DateTimeOffset(Since);

    /// <summary>Links of one kind are one query, as ids given together are; the kinds are listed in the order they first come in.</summary>
    private static List<ImageQuery> Combine(IEnumerable<ImageQuery> links) =>
        links
            .GroupBy(link => (link.ImageIds.Count, link.ModelIds.Count, link.ModelVersionIds.Count, link.PostIds.Count, link.Usernames.Count, link.TagIds.Count > 0))
            .Select(kind => new ImageQuery
            {
                ImageIds = kind.SelectMany(link => link.ImageIds).ToArray(),
                ModelIds = kind.SelectMany(link => link.ModelIds).ToArray(),
                ModelVersionIds = kind.SelectMany(link => link.ModelVersionIds).ToArray(),
                PostIds = kind.SelectMany(link => link.PostIds).ToArray(),
                Usernames = kind.SelectMany(link => link.Usernames).ToArray(),
                TagIds = kind.SelectMany(link => link.TagIds).Distinct().ToArray(),
            })
            .ToList();

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private void CheckConflicts()
    {
        RefuseTogether(nameof(ModelId), nameof(ModelVersionId), "a version already belongs to one model, and the service ignores the model beside it");
        RefuseTogether(nameof(UserId), nameof(Username), "the service ignores the name beside the number");
        RefuseTogether(nameof(NsfwLevel), nameof(BrowsingLevel), "the service ignores the one beside the other");
        RefuseTogether(nameof(Since), nameof(Period), "-Since chooses the period itself");
        if (TakesInput && Targets.FirstOrDefault(IsBound) is { } target)
        {
            throw Conflict("Piped records say themselves whose images are listed, so they cannot be given together with -" + target + ".");
        }
    }

    /// <summary>What the service cannot be asked together with an image's id, and the image does not tell.</summary>
    private void RefuseForImages(ImageQuery query)
    {
        if (query.TagIds.Count > 0 && IsBound(nameof(TagId)))
        {
            throw Conflict("-TagId cannot be given for a link or a record that names tags itself.");
        }

        if (query.ImageIds.Count > 0 && Array.Find([nameof(TagId), nameof(Cursor)], IsBound) is { } parameter)
        {
            throw Conflict("-" + parameter + " cannot be given for images that are named themselves, by an id, a link or a record with an Id.");
        }
    }

    private void RefuseTogether(string one, string other, string reason)
    {
        if (IsBound(one) && IsBound(other))
        {
            throw Conflict("-" + one + " and -" + other + " cannot be given together: " + reason + ".");
        }
    }

    private CivitaiException Conflict(string message) => new(CivitaiError.ParameterConflict, message)
    {
        Target = MyInvocation.MyCommand.Name,
    };

    private CivitaiException WithNearestBaseModels(CivitaiException exception)
    {
        if (exception.RejectedParameters.Contains("baseModels", StringComparer.OrdinalIgnoreCase) && BaseModel.FirstOrDefault(name => !KnownBaseModels.Contains(name)) is { } unknown)
        {
            exception.RecommendedAction = "Names like \"" + unknown + "\" that are known: " + string.Join(", ", KnownBaseModels.Nearest(unknown)) + ".";
        }

        return exception;
    }
}
