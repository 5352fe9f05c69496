using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using Civitai;
using CivitaiPS.Loading;
using CivitaiPS.Parameters;
using CivitaiPS.Pipeline;

namespace CivitaiPS.Commands;

/// <summary>Saves the images that are piped in, several at a time, and reports each as it finishes.</summary>
[Cmdlet(VerbsData.Save, "CivitaiImage", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, HelpUri = HelpPages.SaveCivitaiImage)]
[OutputType(typeof(SavedImage))]
public sealed class SaveCivitaiImageCommand : CivitaiCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string SummaryTag = "CivitaiSummary";

    private readonly List<Running> _running = [];
    private readonly SaveTally _tally = new();
    private IImageSaver _saver = null!;
    private ScriptBlock? _naming;
    private SaveProgressBar? _progress;
    private bool _isWhatIf;

    /// <summary>The image: of a query, or anything with a Url.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public object? InputObject { get; set; }

    /// <summary>The folder, made when missing.</summary>
    [Parameter(Position = 0, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = ".";

    /// <summary>The folder, whose name is taken as it is.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    public string LiteralPath { get; set; } = string.Empty;

    /// <summary>The template of the names, or a script block that gives each image's name.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FileNameCompleter))]
    public object FileName { get; set; } = "{Id}";

    /// <summary>The width in pixels of the rendition wanted.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Width { get; set; }

    /// <summary>Downloads at a time.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 8;

    /// <summary>What is written beside each file.</summary>
    [Parameter]
    [SidecarTransformation]
    [ArgumentCompleter(typeof(SidecarCompleter))]
    public object Sidecar { get; set; } = Civitai.Sidecar.None;

    /// <summary>The ledger of what has been saved.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Archive { get; set; } = string.Empty;

    /// <summary>Fill Sha256.</summary>
    [Parameter]
    public SwitchParameter Hash { get; set; }

    /// <summary>Download again.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Report only what was downloaded.</summary>
    [Parameter]
    public SwitchParameter NewOnly { get; set; }

    /// <summary>Keep an original that comes twice without its end.</summary>
    [Parameter]
    public SwitchParameter AllowDamaged { get; set; }

    /// <summary>Bytes a second, all downloads together.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long RateLimit { get; set; }

    private protected override int TickInterval => SaveProgressBar.Interval;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            Engine.Client.Prepare();
            _naming = NamingScript();
            _isWhatIf = IsWhatIf();
            _saver = Engine.Client.OpenSaver(ConnectionState.Current(this), Options(), Activity);
            _progress = new SaveProgressBar(Progress, _saver, _tally);

            // An archive may be long, or another run may be writing to it.
            Wait(_saver.OpenAsync(Cancellation));
        }
        catch (CivitaiException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // A list that was given and not piped is meant as its members.
        if ((InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject) is IList list)
        {
            if (!MyInvocation.ExpectingInput)
            {
                _progress!.Expect(list.Count);
            }

            foreach (var item in list)
            {
                Save(item);
            }
        }
        else
        {
            Save(InputObject);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _progress!.Expect(_tally.Done + _running.Count);
        WaitUntil(() => Report() == 0);
        Progress.CompleteAll();
        if (!_isWhatIf)
        {
            Summarize();
        }
    }

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _saver?.Dispose();
        }

        base.Dispose(disposing);
    }

    private protected override void OnTick() => _progress!.Update();

    private void Summarize()
    {
        var summary = _tally.Summarize(_saver.GetProgress().ReceivedBytes);
        WriteInformation(summary, [SummaryTag]);
        if (summary.FailedCount > 0)
        {
            WriteWarning(CivitaiWarning.SaveFailed.WithId(summary.ToString()));
        }
    }

    private void Save(object? input)
    {
        Image? image = null;
        try
        {
            image = InputRecord.Read(input);
            var plan = _saver.Plan(image, _naming is null ? null : NameFor(_naming, input));
            if (IsWanted(plan))
            {
                Start(plan, input);
            }
        }
        catch (CivitaiException exception)
        {
            ReportFailure(exception, image, input);
        }

        WriteActivity();
        _progress!.Update();
    }

    private bool IsWanted(SavePlan plan)
    {
        if (!plan.NeedsDownload)
        {
            // Nothing is touched and nothing need be asked; but with -WhatIf not even a sidecar is written.
            return !_isWhatIf;
        }

        return ShouldProcess(plan.Path, "Save image " + plan.Image);
    }

    /// <summary>
    /// Hands an image to the saver as soon as there are few enough, reporting what finishes meanwhile: that is what holds the query back. As many may wait for a place
    /// as there are places, so that none is empty until this thread comes back here; but one at a time is one after the other.
    /// </summary>
    private void Start(SavePlan plan, object? input)
    {
        var most = ThrottleLimit == 1 ? 1 : 2 * ThrottleLimit;
        if (plan.NeedsDownload)
        {
            WaitUntil(() => Report() < most);
        }
        else if (_running.Count >= most)
        {
            _ = Report();
        }

        var saving = _saver.SaveAsync(plan, Cancellation);
        if (saving.IsCompleted)
        {
            Report(new Running(saving, plan.Image, input));
            return;
        }

        _running.Add(new Running(saving, plan.Image, input));
        WakeWhenEnded(saving);
        if (_running.Count > most)
        {
            WaitUntil(() => Report() <= most);
        }
    }

    /// <summary>Writes what has finished.</summary>
    /// <returns>The number of those that have not.</returns>
    private int Report()
    {
        for (var i = 0; i < _running.Count; i++)
        {
            if (_running[i].Saving.IsCompleted)
            {
                var finished = _running[i];
                _running.RemoveAt(i);
                i--;
                Report(finished);
            }
        }

        return _running.Count;
    }

    private void Report(Running finished)
    {
        SavedImage saved;
        try
        {
            saved = Wait(finished.Saving);
        }
        catch (CivitaiException exception)
        {
            ReportFailure(exception, finished.Image, finished.Input);
            return;
        }

        if (_tally.Add(saved.Status) || !NewOnly)
        {
            WriteObject(saved);
        }
    }

    /// <summary>The input is what can be piped again, whatever the engine says the error is about.</summary>
    private void ReportFailure(CivitaiException exception, Image? image, object? input)
    {
        _tally.AddFailure();
        WriteError(SaveErrors.From(exception, image, input));
    }

    private ScriptBlock? NamingScript()
    {
        var name = FileName is PSObject wrapped ? wrapped.BaseObject : FileName;
        return name switch
        {
            ScriptBlock script => script,
            string => null,
            _ => throw new CivitaiException(CivitaiError.FileNameInvalid, "-FileName takes a template in text or a script block, not a " + name.GetType().Name + ".") { Target = FileName },
        };
    }

    private static string NameFor(ScriptBlock naming, object? input)
    {
        ICollection<PSObject> names;
        try
        {
            names = naming.InvokeWithContext(null, [new PSVariable("_", input)]);
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            throw NameInvalid("The script block of -FileName failed: " + exception.Message.TrimEnd('.', ' ') + ".", exception);
        }

        var given = names.Where(name => name is not null).ToArray();
        if (given.Length != 1)
        {
            throw NameInvalid("The script block of -FileName gave " + (given.Length == 0 ? "nothing" : "several values") + " where one name is wanted.", null);
        }

        return LanguagePrimitives.ConvertTo<string>(given[0]) is { Length: > 0 } text ? text : throw NameInvalid("The script block of -FileName gave an empty name.", null);
    }

    private static CivitaiException NameInvalid(string message, Exception? cause) => new(CivitaiError.FileNameInvalid, message, cause);

    private SaveOptions Options() => new()
    {
        Folder = ParameterSetName == LiteralPathSet ? FolderPath.Literal(this, LiteralPath) : FolderPath.Resolve(this, Path),
        FileName = _naming is null ? (string)LanguagePrimitives.ConvertTo(FileName, typeof(string), System.Globalization.CultureInfo.InvariantCulture) : null,
        Width = MyInvocation.BoundParameters.ContainsKey(nameof(Width)) ? Width : null,
        ThrottleLimit = ThrottleLimit,
        Sidecar = LanguagePrimitives.ConvertTo<Sidecar>(Sidecar),
        Archive = Archive.Length == 0 ? null : FolderPath.Literal(this, Archive),
        Hash = Hash,
        Force = Force,
        AllowDamaged = AllowDamaged,
        RateLimit = RateLimit > 0 ? RateLimit : null,
        WhatIf = _isWhatIf,
    };

    private bool IsWhatIf() =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
            ? LanguagePrimitives.IsTrue(given)
            : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    private readonly struct Running(Task<SavedImage> saving, Image image, object? input)
    {
        internal Image Image { get; } = image;

        internal Task<SavedImage> Saving { get; } = saving;

        internal object? Input { get; } = input;
    }
}
