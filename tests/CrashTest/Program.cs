using System.Globalization;
using CrashTest;
using Gallery;
using SavingRuns;

// Saves images in processes of their own, kills them at random moments, and looks at what they left.
//   CrashTest [kills]     50 kills unless another number is given
if (args is [SavingProgram.Verb, var order])
{
    return await SavingProgram.RunAsync(order);
}

var kills = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
var random = new Random(kills);
await using var victims = await Victims.CreateAsync();
var killed = 0;
for (var round = 0; killed < kills; round++)
{
    // One run, and every third time two into the same folder.
    var (dead, fault) = await victims.KillAsync(round % 3 == 2 ? 2 : 1, random);
    killed += dead;
    if (fault is not null)
    {
        Console.Error.WriteLine($"FAILED after {killed} kills: {fault}");
        return 1;
    }
}

if (await victims.FinishAsync() is { } left)
{
    Console.Error.WriteLine("FAILED: after the last run: " + left);
    return 1;
}

Console.WriteLine($"{killed} kills in {victims.Rounds} rounds: every file, sidecar and archive entry right, {victims.Resumed} downloads resumed, {victims.PartBytes:N0} bytes found in parts, {victims.AskedAgain:N0} of them asked for again.");
return 0;
