using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace EngineHost;

/// <summary>Prompts as PowerShell asks them, for a host that reads lines.</summary>
public abstract class LineUserInterface : PSHostUserInterface
{
    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        ArgumentNullException.ThrowIfNull(descriptions);
        Ask(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in descriptions)
        {
            Write(field.Name + ": ");
            answers[field.Name] = string.Equals(field.ParameterTypeFullName, typeof(SecureString).FullName, StringComparison.Ordinal)
                ? PSObject.AsPSObject(ReadLineAsSecureString())
                : PSObject.AsPSObject(ReadLine());
        }

        return answers;
    }

    /// <inheritdoc/>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        ArgumentNullException.ThrowIfNull(choices);
        Ask(caption, message);
        while (true)
        {
            var question = new StringBuilder();
            foreach (var choice in choices)
            {
                question.Append(CultureInfo.InvariantCulture, $"[{KeyOf(choice)}] {NameOf(choice)}  ");
            }

            question.Append("[?] Help");
            if (defaultChoice >= 0)
            {
                question.Append(CultureInfo.InvariantCulture, $" (default is \"{KeyOf(choices[defaultChoice])}\")");
            }

            Write(question.Append(": ").ToString());
            var answer = ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            for (var index = 0; index < choices.Count; index++)
            {
                if (string.Equals(answer, KeyOf(choices[index]), StringComparison.OrdinalIgnoreCase)
                    || string.Equals(answer, NameOf(choices[index]), StringComparison.OrdinalIgnoreCase))
                {
                    return index;
                }
            }

            if (answer is "?")
            {
                foreach (var choice in choices)
                {
                    WriteLine($"{KeyOf(choice)} - {choice.HelpMessage}");
                }
            }
        }
    }

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        Ask(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
        }

        Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private static string NameOf(ChoiceDescription choice) => choice.Label.Replace("&", string.Empty, StringComparison.Ordinal);

    private static string KeyOf(ChoiceDescription choice)
    {
        var mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark < 0 || mark + 1 == choice.Label.Length ? choice.Label : choice.Label.Substring(mark + 1, 1).ToUpperInvariant();
    }

    private void Ask(string caption, string message)
    {
        WriteLine(string.Empty);
        foreach (var line in new[] { caption, message })
        {
            if (!string.IsNullOrEmpty(line))
            {
                WriteLine(line);
            }
        }
    }
}
