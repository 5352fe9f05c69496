namespace Civitai.Client; internal static class P;
