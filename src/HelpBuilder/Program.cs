using HelpBuilder;

// One argument: a file with a line "key=path" for the assembly, each of its references, each page, and the output folder.
var orders = File.ReadAllLines(args[0])
    .Select(line => line.Split('=', 2))
    .Where(parts => parts.Length == 2)
    .ToLookup(parts => parts[0].Trim(), parts => parts[1].Trim(), StringComparer.Ordinal);
var assembly = orders["assembly"].Single();
var output = orders["output"].Single();
var faults = new List<HelpFault>();

var commands = CommandReader.Read(assembly, orders["reference"]);
var topics = orders["page"].Where(IsTopic).ToLookup(file => Path.GetFileNameWithoutExtension(file), Attempt(TopicWriter.Read), StringComparer.Ordinal);
var pages = orders["page"].Where(file => !IsTopic(file)).Select(Attempt(PageReader.Read)).OfType<HelpPage>().OrderBy(page => page.Name, StringComparer.Ordinal).ToList();
if (faults.Count == 0)
{
    faults.AddRange(PageCheck.Faults(commands, pages, assembly));
}

if (faults.Count > 0)
{
    foreach (var fault in faults)
    {
        Console.WriteLine(fault);
    }

    return 1;
}

Directory.CreateDirectory(output);
MamlWriter.Write(
    Path.Combine(output, Path.GetFileName(assembly) + "-Help.xml"),
    pages.Select(page => (commands.First(command => command.Name == page.Name), page)));
foreach (var topic in topics)
{
    File.WriteAllText(Path.Combine(output, topic.Key + ".help.txt"), topic.Single());
}

return 0;

static bool IsTopic(string file) => Path.GetFileName(file).StartsWith("about_", StringComparison.Ordinal);

// All pages are read before the build ends, so that all faults are seen at once.
Func<string, T?> Attempt<T>(Func<string, T> read)
    where T : class =>
    file =>
    {
        try
        {
            return read(file);
        }
        catch (HelpFault fault)
        {
            faults.Add(fault);
            return null;
        }
    };
