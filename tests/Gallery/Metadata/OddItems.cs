namespace Gallery;

/// <summary>Whole items of odd shape, by name, to be used as <see cref="CatalogueImage.RawItemJson"/>. <c>@ID@</c> and <c>@URL@</c> stand for the image's own.</summary>
public static class OddItems
{
    /// <summary>Items that a tolerant reader reads, whatever a field holds.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Readable { get; } =
    [
        new("only id and url", """{"id":@ID@,"url":"@URL@"}"""),
        new("all null", """{"id":@ID@,"url":"@URL@","hash":null,"width":null,"height":null,"nsfwLevel":null,"type":null,"nsfw":null,"browsingLevel":null,"createdAt":null,"postId":null,"stats":null,"meta":null,"username":null,"baseModel":null,"modelVersionIds":null,"tags":null,"thumbnail":null}"""),
        new("numeric user", """{"id":@ID@,"url":"@URL@","username":12345,"type":"image","browsingLevel":1,"stats":{}}"""),
        new("unknown enum values", """{"id":@ID@,"url":"@URL@","nsfwLevel":"Spicy","type":"hologram","browsingLevel":64,"nsfw":true}"""),
        new("blocked", """{"id":@ID@,"url":"@URL@","nsfwLevel":"Blocked","browsingLevel":32,"nsfw":true,"type":"image"}"""),
        new("numbers as text", """{"id":@ID@,"url":"@URL@","width":"512","height":"768","browsingLevel":"1","postId":"77","stats":{"likeCount":"5","heartCount":null,"laughCount":1.0,"cryCount":-1,"commentCount":99999999999}}"""),
        new("fractions", """{"id":@ID@,"url":"@URL@","width":512.0,"height":767.5,"stats":{"likeCount":1e2}}"""),
        new("old shape", """{"id":@ID@,"url":"@URL@","nsfw":"Soft","width":512,"height":512,"createdAt":"2023-04-11T18:44:02Z"}"""),
        new("odd dates", """{"id":@ID@,"url":"@URL@","createdAt":"yesterday"}"""),
        new("date without zone", """{"id":@ID@,"url":"@URL@","createdAt":"2024-02-29T12:00:00"}"""),
        new("date as number", """{"id":@ID@,"url":"@URL@","createdAt":1724677401898}"""),
        new("unknown fields", """{"id":@ID@,"url":"@URL@","futureField":{"a":[1,2,{"b":null}]},"Id":"shadow","ID":3,"stats":{"likeCount":1,"tippedAmountCount":1000,"viewCount":5}}"""),
        new("odd versions and tags", """{"id":@ID@,"url":"@URL@","modelVersionIds":[1,null,"2",3.0,18446744073709551615],"tags":[{"id":1,"name":"castle"},{"id":2},"text",null,{"name":null}]}"""),
        new("no metadata but stats as array", """{"id":@ID@,"url":"@URL@","stats":[],"meta":[]}"""),
        new("thumbnail", """{"id":@ID@,"url":"@URL@","type":"video","thumbnail":{"url":"@URL@","width":null,"height":null}}"""),
        new("thumbnail as text", """{"id":@ID@,"url":"@URL@","type":"video","thumbnail":"@URL@"}"""),
        new("big id text", """{"id":"@ID@","url":"@URL@","type":"image"}"""),
    ];

    /// <summary>Items that nobody can read, yet valid JSON: each costs itself and nothing else.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Unreadable { get; } =
    [
        new("text", "\"oops\""),
        new("number", "17"),
        new("null", "null"),
        new("array", "[1,2]"),
        new("empty object", "{}"),
        new("no id", """{"url":"@URL@"}"""),
        new("id of another kind", """{"id":{"value":5},"url":"@URL@"}"""),
    ];
}
