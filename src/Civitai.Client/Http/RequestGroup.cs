using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace Civitai.Client.Http;

/// <summary>
/// Requests that serve one listing and meet an outage together, so that a service that is down is not asked by each of them. Until the
/// service has answered for the first time, only one request is sent. While one request is being retried, the others wait for its
/// outcome. When its attempts are used up, the service counts as down and nothing more is sent.
/// </summary>
/// <remarks>
/// Several requests may be on their way when an outage begins, and their outcomes arrive in any order. Only what an attempt tells that was
/// begun after the last failure is news; an older one neither ends the outage nor counts as another failure.
/// </remarks>
internal sealed class RequestGroup
{
    private readonly HttpSession _session;
    private readonly object _lock = new();
    private readonly List<TaskCompletionSource<bool>> _waiting = [];
    private Member? _probe;
    private bool _hasAnswered;
    private int _failures;
    private int _epoch;
    private CivitaiException? _outage;

    internal RequestGroup(HttpSession session)
    {
        _session = session;
    }

    internal HttpSession Session => _session;

    /// <summary>Whether the attempts since the service's last answer have failed.</summary>
    internal bool IsFailing
    {
        get
        {
            lock (_lock)
            {
                return _failures > 0;
            }
        }
    }

    /// <summary>Whether an error is the one after which nothing more is sent.</summary>
    internal bool IsOutage(CivitaiException exception)
    {
        lock (_lock)
        {
            return ReferenceEquals(exception, _outage);
        }
    }

    /// <summary>Makes a place for a request. Of those that have one before the service has first answered, the first is sent alone.</summary>
    internal Member Join() => Join(_session.Attempts);

    /// <summary>As <see cref="HttpSession.SendApiAsync"/>; a failure after all attempts ends the whole group.</summary>
    /// <exception cref="CivitaiException">Every failure but cancellation.</exception>
    internal async Task<T> SendAsync<T>(
        Member member,
        string pathAndQuery,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        object? target,
        CancellationToken cancellationToken)
    {
        try
        {
            return await SendAttemptsAsync(member, pathAndQuery, read, target, cancellationToken).ConfigureAwait(false);
        }
        catch (CivitaiException exception) when (member.HasFailed)
        {
            End(exception);
            throw;
        }
        finally
        {
            Leave(member);
        }
    }

    /// <summary>
    /// As <see cref="HttpSession.SendApiAsync"/>, for a request that the listing can do without: it gets half of the attempts, and what it leaves
    /// of them is for the request that is made in its place.
    /// </summary>
    /// <exception cref="CivitaiException">Every failure but cancellation.</exception>
    internal async Task<T> SendOptionalAsync<T>(
        string pathAndQuery,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        object? target,
        CancellationToken cancellationToken)
    {
        var member = Join(Math.Max(1, _session.Attempts / 2));
        try
        {
            return await SendAttemptsAsync(member, pathAndQuery, read, target, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(member);
        }
    }

    private Member Join(int attempts)
    {
        var member = new Member(this, attempts);
        lock (_lock)
        {
            if (!_hasAnswered)
            {
                _probe ??= member;
            }
        }

        return member;
    }

    private Task<T> SendAttemptsAsync<T>(
        Member member,
        string pathAndQuery,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        object? target,
        CancellationToken cancellationToken) =>
        _session.SendApiAsync(
            pathAndQuery,
            (response, token) =>
            {
                Answered();
                return read(response, token);
            },
            target,
            cancellationToken,
            member);

    /// <summary>Waits until a request may be sent.</summary>
    private async Task WaitAsync(Member member, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskCompletionSource<bool> turn;
            lock (_lock)
            {
                if (_outage is not null)
                {
                    ExceptionDispatchInfo.Capture(_outage).Throw();
                }

                if (_probe is null && !_hasAnswered)
                {
                    _probe = member;
                }

                if (_probe is null || _probe == member)
                {
                    member.Epoch = _epoch;
                    return;
                }

                turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add(turn);
            }

            using (cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetCanceled(), turn))
            {
                await turn.Task.ConfigureAwait(false);
            }
        }
    }

    /// <summary>Headers have arrived: enough for the others to begin, since a body takes its time, but not for an outage to be over.</summary>
    private void Answered()
    {
        lock (_lock)
        {
            _hasAnswered = true;
            if (_failures == 0)
            {
                _probe = null;
                Release();
            }
        }
    }

    /// <summary>An attempt has come to its end well, or with a refusal, which is an answer too.</summary>
    private void Succeeded(Member member)
    {
        lock (_lock)
        {
            _hasAnswered = true;
            if (member.Epoch == _epoch)
            {
                _failures = 0;
                _probe = null;
                Release();
            }
        }
    }

    /// <summary>Counts a failed attempt.</summary>
    /// <returns>Whether it was the last one.</returns>
    private bool Failed(Member member)
    {
        lock (_lock)
        {
            if (member.Epoch != _epoch)
            {
                return false;
            }

            _epoch++;
            _probe = member;
            return ++_failures >= member.Attempts;
        }
    }

    private void End(CivitaiException exception)
    {
        lock (_lock)
        {
            _outage ??= exception;
            Release();
        }
    }

    private void Leave(Member member)
    {
        lock (_lock)
        {
            if (_probe == member)
            {
                _probe = null;
                Release();
            }
        }
    }

    private void Release()
    {
        foreach (var turn in _waiting)
        {
            turn.TrySetResult(true);
        }

        _waiting.Clear();
    }

    /// <summary>One request of the group with its attempts.</summary>
    internal sealed class Member
    {
        private readonly RequestGroup _group;

        internal Member(RequestGroup group, int attempts)
        {
            _group = group;
            Attempts = attempts;
        }

        /// <summary>How many attempts in a row the group makes before this request fails for good.</summary>
        internal int Attempts { get; }

        /// <summary>How many failures were known when the current attempt was begun.</summary>
        internal int Epoch { get; set; }

        /// <summary>Whether the last attempt failed in a way that is worth another one.</summary>
        internal bool HasFailed { get; private set; }

        /// <summary>Makes an attempt once the group allows it.</summary>
        internal async Task<object> RunAsync(Func<CancellationToken, Task<object>> attempt, object? target, CancellationToken cancellationToken)
        {
            await _group.WaitAsync(this, cancellationToken).ConfigureAwait(false);
            HasFailed = false;
            try
            {
                var result = await attempt(cancellationToken).ConfigureAwait(false);
                _group.Succeeded(this);
                return result;
            }
            catch (TransientException exception) when (!cancellationToken.IsCancellationRequested)
            {
                HasFailed = true;
                if (_group.Failed(this))
                {
                    throw exception.ToError(target);
                }

                throw;
            }
            catch (CivitaiException)
            {
                _group.Succeeded(this);
                throw;
            }
        }
    }
}
