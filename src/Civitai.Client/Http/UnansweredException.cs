using System;

namespace Civitai.Client.Http;

/// <summary>A fresh connection ended before its first byte. It passes through the framework's layers and never leaves the engine.</summary>
internal sealed class UnansweredException(Exception? innerException = null) : Exception("The connection was closed before any answer.", innerException);
