using System.Management.Automation.Host;

namespace EngineHost;

/// <summary>A screen of which nothing is known but its size: what the engine needs to lay out tables.</summary>
/// <param name="size">Tells the size in character cells.</param>
public sealed class TextRawUserInterface(Func<Size> size) : PSHostRawUserInterface
{
    /// <inheritdoc/>
    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    /// <inheritdoc/>
    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    /// <inheritdoc/>
    public override Size BufferSize
    {
        get => size();
        set => throw NotHere();
    }

    /// <inheritdoc/>
    public override Size WindowSize
    {
        get => size();
        set => throw NotHere();
    }

    /// <inheritdoc/>
    public override Size MaxPhysicalWindowSize => size();

    /// <inheritdoc/>
    public override Size MaxWindowSize => size();

    /// <inheritdoc/>
    public override Coordinates CursorPosition { get; set; }

    /// <inheritdoc/>
    public override Coordinates WindowPosition { get; set; }

    /// <inheritdoc/>
    public override int CursorSize { get; set; } = 25;

    /// <inheritdoc/>
    public override string WindowTitle { get; set; } = string.Empty;

    /// <inheritdoc/>
    public override bool KeyAvailable => false;

    /// <inheritdoc/>
    public override void FlushInputBuffer()
    {
        // There is no buffer of keys.
    }

    /// <inheritdoc/>
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotHere();

    /// <inheritdoc/>
    public override KeyInfo ReadKey(ReadKeyOptions options) => throw NotHere();

    /// <inheritdoc/>
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NotHere();

    /// <inheritdoc/>
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotHere();

    /// <inheritdoc/>
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw NotHere();

    private static NotSupportedException NotHere() => new("This host writes lines of text; it has no screen to address.");
}
