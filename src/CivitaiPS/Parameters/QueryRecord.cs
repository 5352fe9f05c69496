using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using Civitai;

namespace CivitaiPS.Parameters;

/// <summary>What a record that is piped to <c>Get-CivitaiImage</c> asks for. On the pipeline thread only: members of a record may be script.</summary>
internal static class QueryRecord
{
    private const string Accepted =
        "an image id, a link, anything with an Id, or anything with one or more of ModelId, ModelVersionId, PostId, UserId, Username and TagId";

    /// <summary>The query of a record: nothing but its ids or name.</summary>
    /// <param name="record">What was piped.</param>
    /// <param name="parseLink">Reads a link.</param>
    /// <exception cref="CivitaiException">The record asks for nothing, or for something that cannot be.</exception>
    internal static ImageQuery Read(object? record, Func<string, ImageQuery> parseLink)
    {
        var value = record is PSObject wrapped ? wrapped.BaseObject : record;
        switch (value)
        {
            case null:
                throw NotSupported(record, "Nothing was piped in");
            case string text:
                return parseLink(text);
            case Uri link:
                return parseLink(link.OriginalString);
            case var _ when ReadId(value) is { } id:
                return new ImageQuery { ImageIds = [id] };
            case IConvertible:
                throw NotSupported(record, "\"" + Convert.ToString(value, CultureInfo.InvariantCulture) + "\" is no image id");
        }

        if (TryGet(record!, "Id", out var idValue))
        {
            return ReadId(idValue) is { } id ? new ImageQuery { ImageIds = [id] } : throw NotSupported(record, "The record's Id is empty or no id");
        }

        var models = ReadIds(record!, "ModelId");
        var versions = ReadIds(record!, "ModelVersionId");
        var posts = ReadIds(record!, "PostId");
        var users = ReadIds(record!, "UserId");
        var names = ReadNames(record!);
        var tags = ReadIds(record!, "TagId");
        if (models is null && versions is null && posts is null && users is null && names is null && tags is null)
        {
            throw NotSupported(record, "The record asks for nothing");
        }

        // The service ignores a model beside a version, and a name beside a user's number.
        return new ImageQuery
        {
            ModelIds = versions is null ? models ?? [] : [],
            ModelVersionIds = versions ?? [],
            PostIds = posts ?? [],
            UserIds = users ?? [],
            Usernames = users is null ? names ?? [] : [],
            TagIds = tags ?? [],
        };
    }

    private static long[]? ReadIds(object record, string property)
    {
        if (!TryGet(record, property, out var value))
        {
            return null;
        }

        var ids = Each(value).Select(ReadId).ToArray();
        return ids.Length > 0 && Array.TrueForAll(ids, id => id is not null)
            ? Array.ConvertAll(ids, id => id!.Value)
            : throw NotSupported(record, "The record's " + property + " is empty or no id");
    }

    private static string[]? ReadNames(object record)
    {
        if (!TryGet(record, "Username", out var value))
        {
            return null;
        }

        var names = Each(value).Select(name => Convert.ToString(name, CultureInfo.InvariantCulture) ?? string.Empty).ToArray();
        return names.Length > 0 && Array.TrueForAll(names, ValidateUsernameAttribute.IsValid)
            ? names
            : throw NotSupported(record, "The record's Username is empty or no user name (letters, digits and _)");
    }

    private static IEnumerable<object?> Each(object? value) =>
        value is IEnumerable items and not string ? items.Cast<object?>().Select(Unwrap) : [value];

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static bool TryGet(object record, string property, out object? value)
    {
        if (Unwrap(record) is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                if (entry.Key is string key && string.Equals(key, property, StringComparison.OrdinalIgnoreCase))
                {
                    value = Unwrap(entry.Value);
                    return true;
                }
            }

            value = null;
            return false;
        }

        var found = PSObject.AsPSObject(record).Properties[property];
        try
        {
            value = Unwrap(found?.Value);
        }
        catch (ExtendedTypeSystemException)
        {
            // A property that is script and fails: there is something, and it cannot be read.
            value = null;
        }

        return found is not null;
    }

    private static long? ReadId(object? value) => value switch
    {
        long id => id > 0 ? id : null,
        int id => id > 0 ? id : null,
        short or ushort or uint or byte or sbyte => Convert.ToInt64(value, CultureInfo.InvariantCulture) is > 0 and { } id ? id : null,
        ulong id => id is > 0 and <= long.MaxValue ? (long)id : null,
        double id => id is > 0 and < 9007199254740992 && Math.Floor(id) == id ? (long)id : null,
        decimal id => id is > 0 and <= long.MaxValue && decimal.Truncate(id) == id ? (long)id : null,
        string text => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null,
        _ => null,
    };

    private static CivitaiException NotSupported(object? record, string fault) =>
        new(CivitaiError.InputNotSupported, fault + ". Accepted is " + Accepted + ".")
        {
            Target = record,
        };
}
