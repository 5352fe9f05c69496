using System.Management.Automation;
using System.Net;
using System.Security;
using EngineHost;
using Gallery;
using Xunit;

namespace CivitaiPS.Tests;

public sealed class ConnectionTests : IDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private static readonly string[] Variables = ["CIVITAI_API_KEY", "CIVITAI_API_TOKEN", "CIVITAI_BASE_URL"];

    private readonly string?[] _before = [.. Variables.Select(Environment.GetEnvironmentVariable)];

    public ConnectionTests()
    {
        foreach (var name in Variables)
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    public void Dispose()
    {
        for (var i = 0; i < Variables.Length; i++)
        {
            Environment.SetEnvironmentVariable(Variables[i], _before[i]);
        }
    }

    [Fact]
    public async Task A_good_key_is_checked_and_kept_for_the_commands_that_follow()
    {
        await using var session = await StartAsync();

        var connection = session.Output("Connect-Civitai -ApiKey ($input | ForEach-Object { $_ }) -MaximumRetryCount 1 -TimeoutSec 30", Secret(Key)).Single();

        Assert.Equal("Civitai.Connection", connection.BaseObject.GetType().FullName);
        Assert.True((bool)connection.Properties["HasApiKey"].Value);
        Assert.NotNull(connection.Properties["Username"].Value);
        Assert.Equal(30, connection.Properties["TimeoutSec"].Value);
        Assert.Equal(1, connection.Properties["MaximumRetryCount"].Value);
        Assert.Equal("/api/v1/me", Assert.Single(session.Gallery.Log.All).Path);

        session.Output("Get-CivitaiImage -First 1");
        Assert.Equal("Bearer " + Key, Assert.Single(session.Gallery.Log.Images).Header("Authorization"));
        Assert.True((bool)session.Output("Get-CivitaiConnection").Single().Properties["IsConnected"].Value);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Fact]
    public async Task A_key_that_the_service_does_not_know_ends_the_command_and_changes_nothing()
    {
        await using var session = await StartAsync();

        var result = session.Invoke("try { Connect-Civitai -ApiKey ($input | ForEach-Object { $_ }) } catch { $_ }", Secret("wrong"));

        // Caught, hence terminating.
        var error = (ErrorRecord)Assert.Single(result.Output).BaseObject;
        Assert.Equal("CivitaiUnauthorized", EngineResult.IdOf(error));
        Assert.Equal(ErrorCategory.AuthenticationError, error.CategoryInfo.Category);
        Assert.Contains("CIVITAI_API_KEY", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.False((bool)session.Output("Get-CivitaiConnection").Single().Properties["HasApiKey"].Value);
    }

    [Fact]
    public async Task Without_a_connection_the_environment_counts()
    {
        await using var session = await StartAsync();
        Environment.SetEnvironmentVariable("CIVITAI_API_TOKEN", "second");
        Assert.Equal("Bearer second", KeySent(session));

        Environment.SetEnvironmentVariable("CIVITAI_API_KEY", Key);
        Assert.Equal("Bearer " + Key, KeySent(session));

        var connection = session.Output("Get-CivitaiConnection").Single();
        Assert.True((bool)connection.Properties["HasApiKey"].Value);
        Assert.Equal(session.Gallery.BaseUri, connection.Properties["BaseUri"].Value);
        Assert.Equal(100, connection.Properties["TimeoutSec"].Value);
        Assert.Equal(5, connection.Properties["MaximumRetryCount"].Value);
        Assert.False((bool)connection.Properties["IsConnected"].Value);
    }

    [Fact]
    public async Task The_key_of_the_environment_does_not_go_to_an_address_that_was_typed()
    {
        await using var session = await StartAsync();
        Environment.SetEnvironmentVariable("CIVITAI_API_KEY", Key);

        session.Output($"Connect-Civitai -BaseUri {session.Gallery.BaseUri}");

        Assert.Empty(session.Gallery.Log.All);
        Assert.Null(KeySent(session));
    }

    [Fact]
    public async Task Disconnecting_goes_back_to_the_environment()
    {
        await using var session = await StartAsync();
        session.Output("Connect-Civitai -MaximumRetryCount 2");
        Assert.Empty(session.Output("Disconnect-Civitai"));

        Assert.Equal(5, session.Output("Get-CivitaiConnection").Single().Properties["MaximumRetryCount"].Value);
        Assert.Empty(session.Output("Disconnect-Civitai"));
    }

    [Fact]
    public async Task Each_runspace_has_its_own_connection()
    {
        await using var session = await StartAsync();
        session.Output("Connect-Civitai -MaximumRetryCount 2");
        using var other = new EngineSession();
        other.Import();

        Assert.Equal(5, other.Invoke("Get-CivitaiConnection").Output.Single().Properties["MaximumRetryCount"].Value);
        Assert.Equal(2, session.Output("Get-CivitaiConnection").Single().Properties["MaximumRetryCount"].Value);
    }

    [Theory]
    [InlineData("Connect-Civitai -BaseUri http://civitai.example -ApiKey ($input | ForEach-Object { $_ })", "CivitaiBaseUriNotAllowed")]
    [InlineData("Connect-Civitai -BaseUri https://alice:secret@civitai.com", "CivitaiBaseUriNotAllowed")]
    [InlineData("Connect-Civitai -BaseUri https://civitai.com/api", "CivitaiBaseUriNotAllowed")]
    [InlineData("Connect-Civitai -BaseUri civitai.com", "CivitaiBaseUriNotAllowed")]
    [InlineData("Connect-Civitai -NoProxy -Proxy http://proxy:8080", "CivitaiParameterConflict")]
    [InlineData("Connect-Civitai -Proxy proxy:8080", "ParameterArgumentValidationError")]
    [InlineData("Connect-Civitai -TimeoutSec 0", "ParameterArgumentValidationError")]
    [InlineData("Connect-Civitai -MaximumRetryCount -1", "ParameterArgumentValidationError")]
    [InlineData("Connect-Civitai -ApiKey ([securestring]::new())", "CivitaiUnauthorized")]
    [InlineData("Connect-Civitai -ApiKey $null", "ParameterArgumentValidationError")]
    public async Task What_cannot_be_is_refused_before_anything_is_sent(string script, string id)
    {
        await using var session = await StartAsync();

        var result = session.Invoke(script, Secret(Key));

        Assert.Equal(id, EngineResult.IdOf(Assert.Single(result.Errors)));
        Assert.DoesNotContain("secret", result.Errors[0] + (result.Errors[0].TargetObject as string), StringComparison.Ordinal);
        Assert.Empty(session.Gallery.Log.All);
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("ftp://civitai.com")]
    [InlineData("https://alice:secret@civitai.com")]
    [InlineData("http://localhosté.xn--/")]
    public async Task An_address_in_the_environment_that_may_not_be_used_ends_every_command(string address)
    {
        await using var session = await StartAsync();
        Environment.SetEnvironmentVariable("CIVITAI_BASE_URL", address);

        foreach (var script in (string[])["Get-CivitaiConnection", "Connect-Civitai", "Get-CivitaiImage -First 1"])
        {
            var error = (ErrorRecord)session.Output($"try {{ {script} }} catch {{ $_ }}").Single().BaseObject;
            Assert.Equal("CivitaiBaseUriNotAllowed", EngineResult.IdOf(error));
            Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
            Assert.Contains("CIVITAI_BASE_URL", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", Everything(error), StringComparison.Ordinal);
            Assert.False(string.IsNullOrEmpty(error.TargetObject as string));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task The_key_is_in_nothing_that_a_command_writes(int echo)
    {
        await using var session = await StartAsync();
        if (echo != 0)
        {
            session.Gallery.Faults.Add(Fault.EchoSecret(echo).Forever());
        }

        Environment.SetEnvironmentVariable("CIVITAI_API_KEY", Key);
        var result = session.Invoke("Connect-Civitai -MaximumRetryCount 0 -Verbose; Get-CivitaiConnection -Verbose | ForEach-Object { $_; [System.Management.Automation.PSSerializer]::Serialize($_, 3) }");

        Assert.Equal(echo != 0, result.Errors.Count > 0);
        var everything = string.Join('\n', result.Verbose.Concat(result.Warnings).Concat(result.Output.Select(Everything)).Concat(result.Errors.Select(Everything)));
        Assert.DoesNotContain(Key, everything, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Key)), everything, StringComparison.Ordinal);
        Assert.Contains(result.Verbose, line => line.StartsWith("GET ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://alice:secret@proxy.example:8080")]
    [InlineData("socks5://secret@proxy.example:1080")]
    public async Task Credentials_in_the_url_of_a_proxy_are_refused_with_a_pointer_to_their_parameter(string proxy)
    {
        await using var session = await StartAsync();

        var error = Assert.Single(session.Invoke("Connect-Civitai -Proxy ($input | ForEach-Object { $_ })", proxy).Errors);

        Assert.Equal("ParameterArgumentValidationError", EngineResult.IdOf(error));
        Assert.Contains("-ProxyCredential", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Everything(error), StringComparison.Ordinal);
        Assert.False((bool)session.Output("Get-CivitaiConnection").Single().Properties["IsConnected"].Value);
    }

    [Theory]
    [InlineData("http://proxy.example:8080", false, true)]
    [InlineData("https://proxy.example:8080", false, true)]
    [InlineData("socks5://proxy.example:1080", false, true)]
    [InlineData("http://proxy.example:8080", true, true)]
    [InlineData("https://proxy.example:8080", true, false)]
    [InlineData("socks5://proxy.example:1080", true, false)]
    [InlineData("socks4a://proxy.example:1080", true, false)]
    [InlineData("http://localhosté.xn--:8080", false, false)]
    [InlineData("ftp://proxy.example", false, false)]
    public async Task A_proxy_is_accepted_where_its_scheme_is_spoken(string proxy, bool windowsPowerShell, bool accepted)
    {
        await using var session = await StartAsync();

        // The rule itself: this edition of PowerShell is not the other one.
        var reason = session.Output($$"""
            $rule = (Get-Command Connect-Civitai).ImplementingType.Assembly.GetType('CivitaiPS.Parameters.ValidateProxyAddressAttribute').GetMethod('WhyNot', [System.Reflection.BindingFlags]'NonPublic, Static')
            $rule.Invoke($null, @([uri]'{{proxy}}', ${{windowsPowerShell}}))
            """).SingleOrDefault()?.BaseObject as string;

        Assert.Equal(accepted, reason is null);
        if (!windowsPowerShell)
        {
            Assert.Equal(accepted, session.Invoke($"Connect-Civitai -Proxy '{proxy}'").Errors.Count == 0);
        }
    }

    [Theory]
    [InlineData("ftp://alice:secret@civitai.com", "***@civitai.com")]
    [InlineData("civitai.com", "civitai.com")]
    [InlineData("/api", "/api")]
    [InlineData("mailto:secret@civitai.com", "***@civitai.com")]
    [InlineData("https://alice:secret@civitai.com", "https://civitai.com/")]
    [InlineData("http://localhosté.xn--/", "http://localhosté.xn--/")]
    public async Task The_target_of_a_base_url_that_is_not_allowed_is_the_url(string address, string target)
    {
        await using var session = await StartAsync();

        var error = Assert.Single(session.Invoke("Connect-Civitai -BaseUri ($input | ForEach-Object { $_ })", address).Errors);

        Assert.Equal("CivitaiBaseUriNotAllowed", EngineResult.IdOf(error));
        Assert.EndsWith(target, Assert.IsType<string>(error.TargetObject), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Everything(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_ends_a_check_that_gets_no_answer()
    {
        await using var session = await StartAsync();
        session.Gallery.Faults.Add(Fault.Hang().Forever());
        Environment.SetEnvironmentVariable("CIVITAI_API_KEY", Key);

        using var run = session.Begin("Connect-Civitai");
        await session.Gallery.Log.WaitForAsync(_ => true, GalleryServer.Patience);
        run.Stop();

        Assert.True(run.Wait().Stopped);
        await session.AssertNothingIsLeftRunningAsync();
    }

    private static Task<ModuleSession> StartAsync() => ModuleSession.StartAsync(new GalleryOptions { Images = 5, ApiKey = Key });

    private static SecureString Secret(string key) => new NetworkCredential("", key).SecurePassword;

    private static string? KeySent(ModuleSession session)
    {
        session.Output("Get-CivitaiImage -First 1");
        return session.Gallery.Log.Images[0].Header("Authorization");
    }

    /// <summary>What a person or a file can get out of an object. Not deeper: an exception's stack frames lead to the whole runtime.</summary>
    private static string Everything(object item) => item is ErrorRecord error
        ? string.Join('\n', error, error.Exception, error.ErrorDetails?.Message, error.ErrorDetails?.RecommendedAction, error.TargetObject, error.CategoryInfo, PSSerializer.Serialize(error, 1))
        : item + PSSerializer.Serialize(item, 3);
}
