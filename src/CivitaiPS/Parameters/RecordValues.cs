using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Numerics;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>Values of records as the types of an image's properties. What cannot be read for certain is null.</summary>
internal static class RecordValues
{
    /// <summary>The value without PowerShell's wrapper; an object that is nothing but properties stays what it is.</summary>
    internal static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    internal static string? Text(object? value) => Unwrap(value) switch
    {
        string { Length: > 0 } text => text,
        Uri url => url.OriginalString,
        char or bool => Unwrap(value)!.ToString(),
        IConvertible other and not string and not DBNull => Convert.ToString(other, CultureInfo.InvariantCulture),
        _ => null,
    };

    internal static long? Integer(object? value)
    {
        switch (Unwrap(value))
        {
            case Enum:
                return null;
            case byte or sbyte or short or ushort or int or uint or long:
                return Convert.ToInt64(Unwrap(value), CultureInfo.InvariantCulture);
            case ulong and <= long.MaxValue and { } number:
                return (long)number;
            case double and > -9007199254740992 and < 9007199254740992 and { } number when Math.Floor(number) == number:
                return (long)number;
            case decimal and >= long.MinValue and <= long.MaxValue and { } number when decimal.Truncate(number) == number:
                return (long)number;
            case string text:
                return long.TryParse(text, NumberStyles.Integer, CultureInfo.CurrentCulture, out var read)
                    || long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out read)
                    ? read
                    : null;
            default:
                return null;
        }
    }

    internal static int? Int(object? value) => Integer(value) is >= int.MinValue and <= int.MaxValue and { } number ? (int)number : null;

    // Without thousands: "7.500" is seven and a half in one culture and seven thousand five hundred in another.
    internal static decimal? Decimal(object? value) => Unwrap(value) switch
    {
        decimal number => number,
        double and > -7e28 and < 7e28 and { } number => (decimal)number,
        string text => decimal.TryParse(text, NumberStyles.Float, CultureInfo.CurrentCulture, out var read)
            || decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out read)
            ? read
            : null,
        var other => Integer(other),
    };

    /// <summary>A seed: a number where it fits into 64 bits, else its digits.</summary>
    internal static object? Seed(object? value) => Integer(value) is { } seed ? seed : Unwrap(value) is BigInteger large ? large.ToString(CultureInfo.InvariantCulture) : Text(value);

    internal static bool? Flag(object? value) => Unwrap(value) switch
    {
        bool flag => flag,
        string text => bool.TryParse(text, out var flag) ? flag : null,
        _ => null,
    };

    /// <summary>One of an enum's names, or the enum. A number is none: in another record it means something else.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isOwn">Whether the record was made of an image by this module, so that its numbers are those of the enum.</param>
    internal static T? NameOf<T>(object? value, bool isOwn)
        where T : struct, Enum
    {
        if (Unwrap(value) is T same)
        {
            return same;
        }

        // An enum that came through a file or a job is a number whose text is its name.
        var text = (Unwrap(value) as string ?? value?.ToString())?.Trim();
        foreach (T known in Enum.GetValues(typeof(T)))
        {
            if (string.Equals(known.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return known;
            }
        }

        return isOwn && Int(value) is { } number && Enum.IsDefined(typeof(T), number) ? (T)Enum.ToObject(typeof(T), number) : null;
    }

    /// <summary>The level in the service's words, which spell <c>Explicit</c> "X".</summary>
    internal static ImageNsfwLevel? Level(object? value, bool isOwn) =>
        Unwrap(value) is string text && text.Trim().ToUpperInvariant() is "X" or "XXX" ? ImageNsfwLevel.Explicit : NameOf<ImageNsfwLevel>(value, isOwn);

    /// <summary>The precise level, whose numbers are the service's own wherever they stand: the bit, or the sum of several.</summary>
    /// <returns>0 where there is none; 32, which has no name here, for <c>Blocked</c>.</returns>
    internal static int PreciseLevel(object? value)
    {
        if (Unwrap(value) is BrowsingLevel level)
        {
            return (int)level;
        }

        if (Int(value) is { } number and >= 0 and <= 63)
        {
            return number;
        }

        // Several names stand with commas between them.
        var sum = 0;
        foreach (var part in (Unwrap(value) as string ?? value?.ToString() ?? string.Empty).Split(','))
        {
            if (NameOf<BrowsingLevel>(part, isOwn: false) is not { } known)
            {
                return 0;
            }

            sum |= (int)known;
        }

        return sum;
    }

    /// <summary>The word for a precise level that is one bit.</summary>
    internal static ImageNsfwLevel? LevelOf(int bit) => bit switch
    {
        1 => ImageNsfwLevel.None,
        2 => ImageNsfwLevel.Soft,
        4 => ImageNsfwLevel.Mature,
        8 or 16 => ImageNsfwLevel.Explicit,
        32 => ImageNsfwLevel.Blocked,
        _ => null,
    };

    /// <summary>A date in local time. One without a kind is local, as all are that PowerShell makes of text.</summary>
    internal static DateTime? Date(object? value) => Unwrap(value) switch
    {
        DateTime date => Plausible(date),
        DateTimeOffset date => Plausible(date.LocalDateTime),
        string text => DateOf(text, CultureInfo.CurrentCulture) ?? DateOf(text, CultureInfo.InvariantCulture),
        _ => null,
    };

    internal static ValueList<long>? Numbers(object? value)
    {
        var numbers = Each(value).Select(Integer).OfType<long>().ToArray();
        return numbers.Length == 0 ? null : new ValueList<long>(numbers);
    }

    /// <summary>Texts, or the names of objects that have one.</summary>
    internal static ValueList<string>? Texts(object? value)
    {
        var texts = Each(value).Select(item => Text(item) ?? Text(RecordProperties.OfValue(item)?["name"])).OfType<string>().ToArray();
        return texts.Length == 0 ? null : new ValueList<string>(texts);
    }

    /// <summary>The ids of objects that have a name, in step with <see cref="Texts"/>; 0 for one without. Null where none has one.</summary>
    internal static ValueList<long>? IdsOf(object? value)
    {
        var ids = Each(value).Select(RecordProperties.OfValue).Where(item => Text(item?["name"]) is not null).Select(item => Integer(item!["id"]) is > 0 and { } id ? id : 0).ToArray();
        return Array.Exists(ids, id => id > 0) ? new ValueList<long>(ids) : null;
    }

    // A list in a cell of a CSV file is written with commas between its members.
    private static IEnumerable<object?> Each(object? value) => Unwrap(value) switch
    {
        null => [],
        string text => text.Split(',').Select(part => part.Trim()),
        IDictionary => [],
        IEnumerable list => list.Cast<object?>(),
        _ => [value],
    };

    private static DateTime? Plausible(DateTime date)
    {
        var local = date.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(date, DateTimeKind.Local) : date.ToLocalTime();
        return local.Year is >= 2000 and <= 2100 ? local : null;
    }

    // What the framework would fill in, it would guess: a time without a day is of no day, a day without a year of this year.
    private static DateTime? DateOf(string text, CultureInfo culture) =>
        DateTime.TryParse(text, culture, DateTimeStyles.AssumeLocal | DateTimeStyles.NoCurrentDateDefault, out var date)
        && Plausible(date) is { } plausible
        && HasYear(text, culture.Calendar.GetYear(date)) ? plausible : null;

    /// <summary>Whether a year stands in a text: in four digits, or in two beside a day and a month.</summary>
    private static bool HasYear(string text, int year)
    {
        var numbers = new List<int>();
        for (var at = 0; at < text.Length; at++)
        {
            var start = at;
            while (at < text.Length && text[at] is >= '0' and <= '9')
            {
                at++;
            }

            // Hours, minutes and seconds are none of a date.
            var isTime = (start > 0 && text[start - 1] == ':') || (at < text.Length && text[at] == ':');
            if (at > start && at - start <= 4 && !isTime)
            {
                numbers.Add(int.Parse(text.Substring(start, at - start), CultureInfo.InvariantCulture));
            }
        }

        var needed = text.Any(char.IsLetter) ? 2 : 3;
        return numbers.Contains(year) || (numbers.Count >= needed && numbers.Contains(year % 100));
    }
}
